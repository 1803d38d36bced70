using GpuContainers.Runtime.Hooks.CommandLine;

namespace GpuContainers.Runtime.Hooks;

/// <content>The hook <c>sequence</c>: hooks one after the other in one process, which reads the state and opens the root once.</content>
public static partial class HookProgram
{
    private static ReadOnlySpan<byte> Separator => ";"u8;

    private static int RunSequence(HookCaller caller, byte[][] arguments, int first, HookValues values, HookStreams streams)
    {
        var walk = new HookArguments(arguments, first);
        walk.TakeFlags(Sequence.Command.AllFlags, values);
        StartLog(caller, values, streams);
        if (values.Error is not null)
            return RefuseUsage(caller, Sequence.Command, values.Error, streams);
        if (values.Has(HookSwitches.Help))
            return Print(streams, HookHelp.OfHook(caller, Sequence.Command));
        HookSwitches.WarnAboutEnvironment(caller);
        using var context = new HookContext(streams, arguments) { Values = values };
        int status = 0;
        for (int at = walk.Position; at <= arguments.Length && status == 0;)
        {
            byte[][] part = PartAt(arguments, ref at);
            status = RunPart(caller, part, values, context, streams);
        }
        return status;
    }

    // The arguments up to the next separator, which is passed.
    private static byte[][] PartAt(byte[][] arguments, ref int at)
    {
        int first = at;
        while (at < arguments.Length && !arguments[at].AsSpan().SequenceEqual(Separator))
            at++;
        return arguments[first..at++];
    }

    // Does what the hook would do by itself; unknown ones are skipped, as newer specifications may name them (HK-17).
    private static int RunPart(HookCaller caller, byte[][] part, HookValues common, HookContext context, HookStreams streams)
    {
        if (part.Length == 0)
            return Warn("No CDI hook specified");
        string name = Encoding.UTF8.GetString(part[0]);
        var values = common.Copy();
        if (Find(name) is not { } command)
            return RefuseUnknown(caller, name, part, 1, values, streams);
        if (command == Sequence.Command || command == ApplyCudaMemoryLimits.Command)
            return Fail($"{name} cannot be a part of a sequence: give it an entry of its own in the specification");
        new HookArguments(part, 1).TakeFlagsAnywhere(command.AllFlags, values);
        StartLog(caller, values, streams);
        if (values.Error is not null)
            return RefuseUsage(caller, command, $"{name}: {values.Error}", streams);
        if (values.Has(HookSwitches.Help))
            return Print(streams, HookHelp.OfHook(caller, command));
        context.Values = values;
        return Work(command, values, context, $"{name}: ");
    }
}

/// <summary>The hook <c>sequence</c>, whose work is that of others: see <see cref="HookProgram"/>.</summary>
internal static class Sequence
{
    internal static readonly HookCommand Command = new(
        "sequence", "Run several hooks one after the other: A ARGUMENTS... ';' B ARGUMENTS...", [HookCommand.ContainerSpec],
        static (_, _) => throw new InvalidOperationException("a sequence has no work of its own"));
}
