using System.Runtime.InteropServices;
using GpuContainers.Runtime.Hooks.CommandLine;

namespace GpuContainers.Runtime.Hooks;

/// <summary>The hooks' program: <c>nvidia-cdi-hook</c>, and <c>nvidia-ctk hook</c>.</summary>
public static partial class HookProgram
{
    private const string CdiHookName = "NVIDIA CDI Hook";
    private const int MostOfUsage = 1024;

    private static readonly HookCommand[] s_commands =
    [
        UpdateLdcache.Command,
        CreateSymlinks.Command,
        Chmod.Command,
        EnableCudaCompat.Command,
        DisableDeviceNodeModification.Command,
        UpdateApplicationProfile.Command,
        ApplyCudaMemoryLimits.Command,
        Noop.Command,
        Sequence.Command,
    ];

    /// <summary>Serves <c>nvidia-cdi-hook</c>.</summary>
    /// <param name="arguments">The arguments after the program's name.</param>
    /// <returns>The exit status: 0 or 1.</returns>
    public static int RunCdiHook(byte[][] arguments) => RunShielded(HookCaller.CdiHook, arguments);

    /// <summary>Serves <c>nvidia-ctk hook</c>.</summary>
    /// <param name="arguments">The arguments after the program's name, with "hook" among them.</param>
    /// <param name="hook">The position of "hook" (see <see cref="FindToolkitHook"/>).</param>
    /// <returns>The exit status: 0 or 1.</returns>
    public static int RunToolkitHook(byte[][] arguments, int hook)
    {
        // What stands before "hook" are the same switches, one level up.
        return RunShielded(HookCaller.Toolkit with { Outer = OuterValues(arguments) }, arguments[(hook + 1)..]);
    }

    /// <summary>The position of "hook" when it is the verb of an <c>nvidia-ctk</c> command line, else -1.</summary>
    /// <param name="arguments">The arguments after the program's name.</param>
    public static int FindToolkitHook(byte[][] arguments)
    {
        var outer = new HookArguments(arguments, 0);
        var values = new HookValues();
        outer.TakeFlags(s_toolkitFlags, values);
        bool found = values.Error is null && outer.Position < arguments.Length && arguments[outer.Position].AsSpan().SequenceEqual("hook"u8);
        return found && !values.Has(HookSwitches.Help) && !values.Has(HookSwitches.Version) ? outer.Position : -1;
    }

    private static readonly HookFlag[] s_toolkitFlags =
        [HookSwitches.Debug, HookSwitches.Quiet, HookSwitches.Help, HookSwitches.Version, new("config", "The path of the configuration file")];

    private static HookValues OuterValues(byte[][] arguments)
    {
        var values = new HookValues();
        new HookArguments(arguments, 0).TakeFlags(s_toolkitFlags, values);
        return values;
    }

    private static int RunShielded(HookCaller caller, byte[][] arguments)
    {
        ProcessShield.Raise();
        var streams = HookStreams.OfProcess();
        HookDeadline.Start(streams.Log);
        return Run(caller, arguments, streams);
    }

    /// <summary>Serves one command line.</summary>
    internal static int Run(HookCaller caller, byte[][] arguments, HookStreams streams)
    {
        int status = Serve(caller, arguments, streams);
        streams.Log.End();
        return status;
    }

    private static int Serve(HookCaller caller, byte[][] arguments, HookStreams streams)
    {
        var values = caller.Outer?.Copy() ?? new HookValues();
        var walk = new HookArguments(arguments, 0);
        walk.TakeFlags(caller.Flags, values);
        if (caller.HasVersion)
            SkipToolkitWord(ref walk, caller, values);
        string? name = walk.Word;
        HookCommand? command = values.Error is null ? Find(name) : null;
        StartLog(caller, values, streams);
        if (values is { HasWrongSwitch: true, Error: { } wrong })
            return Fail(wrong);
        if (values.Error is not null)
            return Warn("No CDI hook specified");
        if (values.Has(HookSwitches.Help))
            return Print(streams, HookHelp.OfProgram(caller, s_commands));
        if (values.Has(HookSwitches.Version))
            return Print(streams, ProductVersion.Banner(CdiHookName));
        if (name is "help" or "h")
            return PrintHelp(caller, arguments, walk.Position + 1, streams);
        if (name is null)
            return Warn("No CDI hook specified");
        return command is null
            ? RefuseUnknown(caller, name, arguments, walk.Position + 1, values, streams)
            : command == Sequence.Command ? RunSequence(caller, arguments, walk.Position + 1, values, streams)
            : RunHook(caller, command, arguments, walk.Position + 1, values, streams);
    }

    // A specification made for nvidia-ctk says "hook" in front of a hook; one that is known must not be skipped because of it (RT-263).
    private static void SkipToolkitWord(ref HookArguments walk, HookCaller caller, HookValues values)
    {
        HookArguments behind = walk;
        HookValues more = values.Copy();
        if (values.Error is not null || behind.TakeWord() != "hook")
            return;
        behind.TakeFlags(caller.Flags, more);
        if (more.Error is not null || behind.Word is not { } name || !IsHook(name))
            return;
        _ = walk.TakeWord();
        walk.TakeFlags(caller.Flags, values);
    }

    private static int RunHook(
        HookCaller caller, HookCommand command, byte[][] arguments, int first, HookValues values, HookStreams streams)
    {
        new HookArguments(arguments, first).TakeFlagsAnywhere(command.AllFlags, values);
        StartLog(caller, values, streams);
        if (values.Error is not null)
            return RefuseUsage(caller, command, values.Error, streams);
        if (values.Has(HookSwitches.Help))
            return Print(streams, HookHelp.OfHook(caller, command));
        HookSwitches.WarnAboutEnvironment(caller);
        using var context = new HookContext(streams, arguments) { Values = values };
        return Work(command, values, context, "");
    }

    private static int RefuseUsage(HookCaller caller, HookCommand command, string error, HookStreams streams)
    {
        streams.Log.WriteText(Encoding.UTF8.GetBytes($"Incorrect Usage: {Excerpt.Of(error, MostOfUsage)}\n\n"));
        _ = Print(streams, HookHelp.OfHook(caller, command));
        return Fail(error);
    }

    private static int Work(HookCommand command, HookValues values, HookContext context, string prefix)
    {
        try
        {
            command.Run(values, context);
            return 0;
        }
        // Whatever goes wrong ends with status 1 and a record that says what it was; a defect in the program too (HK-21, HK-22).
        catch (Exception error)
        {
            bool expected = error is HookException or LinuxException;
            return Fail(expected ? prefix + error.Message : $"internal error in the hook {command.Name}, please report it: {error}");
        }
    }

    // Newer specs must not break this program, so nothing here reads, touches or fails (HK-17); --quiet is honoured (HK-16).
    private static int RefuseUnknown(
        HookCaller caller, string name, byte[][] arguments, int first, HookValues values, HookStreams streams)
    {
        for (int i = first; i < arguments.Length; i++)
        {
            var probe = new HookValues();
            new HookArguments([arguments[i]], 0).TakeFlags([HookSwitches.Quiet], probe);
            if (probe.Error is null && probe.Has(HookSwitches.Quiet))
                values.Add(HookSwitches.Quiet, probe.Bytes(HookSwitches.Quiet));
        }
        StartLog(caller, values, streams);
        return Warn($"Unsupported CDI hook: {Excerpt.Of(name, Excerpt.MostBytes)}");
    }

    private static int PrintHelp(HookCaller caller, byte[][] arguments, int next, HookStreams streams)
    {
        if (next >= arguments.Length)
            return Print(streams, HookHelp.OfProgram(caller, s_commands));
        // As if "help" were a hook nobody knows (HK-14).
        return Find(Encoding.UTF8.GetString(arguments[next])) is { } command
            ? Print(streams, HookHelp.OfHook(caller, command))
            : Warn("Unsupported CDI hook: help");
    }

    /// <summary>Whether a hook has this name.</summary>
    internal static bool IsHook(string name) => Find(name) is not null;

    private static HookCommand? Find(string? name)
    {
        foreach (HookCommand command in s_commands)
        {
            if (command.Name == name)
                return command;
        }
        return null;
    }

    private static void StartLog(HookCaller caller, HookValues values, HookStreams streams) =>
        Log.Start(HookSwitches.Level(caller, values), streams.Log);

    private static int Print(HookStreams streams, string text)
    {
        try
        {
            streams.Output.Write(Encoding.UTF8.GetBytes(text), "standard output");
            return 0;
        }
        catch (LinuxException unwritten)
        {
            return Fail(unwritten.Message);
        }
    }

    private static int Warn(string message)
    {
        Log.Warning(message);
        return 0;
    }

    private static int Fail(string message)
    {
        Log.Error(message);
        return 1;
    }
}

/// <summary>The hook <c>noop</c>: does nothing, reads nothing.</summary>
internal static class Noop
{
    internal static readonly HookCommand Command = new("noop", "Do nothing", [], static (_, _) => { }) { IsHidden = true };
}

/// <summary>The end of a hook's patience: a container start must not hang because a file system below the root does (HK-23).</summary>
internal static class HookDeadline
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static HookLog? s_log;

    /// <summary>Starts the watch.</summary>
    /// <param name="log">Gets the error, and is ended with what the hook had to say until then.</param>
    internal static unsafe void Start(HookLog log)
    {
        s_log = log;
        ProcessDeadline.Start(s_limit, &Expire);
    }

    [UnmanagedCallersOnly]
    private static void Expire(nint unused)
    {
        s_log!.Write(
            LogLevel.Error, $"the hook did not finish within {s_limit.TotalSeconds} seconds: a file system used by the container does not answer, or its " +
            "files were made to keep the hook busy");
        s_log.End();
        ProcessEnd.Now(1);
    }
}
