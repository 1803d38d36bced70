using GpuContainers.Runtime.ContainerCli;
using GpuContainers.Runtime.Create;
using GpuContainers.Runtime.Create.Explaining;
using GpuContainers.Runtime.Hooks;
using GpuContainers.Runtime.Prestart;

namespace GpuContainers.Runtime;

/// <summary>The core program: does what it is started as.</summary>
public static class Program
{
    /// <summary>Runs the program that is meant and returns its exit status.</summary>
    public static int Main()
    {
        try
        {
            string executed = RawArguments.ExecutedPath();
            byte[][] arguments = WithName(RawArguments.Arguments(), executed);
            return Run(ProgramNames.Decide(executed, RawArguments.ToTexts(arguments)), arguments);
        }
        catch (CoreException error)
        {
            StandardStreams.WriteError(error.Message);
            return 1;
        }
        // Whatever happens, the user sees one line and a status, never a crash (RT-6).
        catch (Exception fault)
        {
            StandardStreams.WriteError(InternalError.Describe(fault));
            return 1;
        }
    }

    private static int Run(ProgramKind kind, byte[][] arguments) => kind switch
    {
        ProgramKind.CdiHook => HookProgram.RunCdiHook(arguments[1..]),
        ProgramKind.Toolkit => RunToolkit(arguments),
        ProgramKind.LegacyHook => LegacyHookProgram.Run(Tail(arguments)),
        ProgramKind.ContainerCli => ContainerCliProgram.Run(RawArguments.ToTexts(arguments)),
        // These differ from the plain name in nothing but the mode (RT-1).
        ProgramKind.RuntimeCdi => RuntimeShim.Run(arguments, RuntimeMode.Cdi),
        ProgramKind.RuntimeLegacy => RuntimeShim.Run(arguments, RuntimeMode.Legacy),
        _ => RuntimeShim.Run(arguments, modeOverride: null),
    };

    // Without argument 0, or with an empty one, which newer kernels put there, it is as if it were the executed path (RT-262).
    private static byte[][] WithName(byte[][] arguments, string executed)
    {
        if (arguments.Length > 0 && arguments[0].Length > 0)
            return arguments;
        return [RawArguments.FromTexts([executed])[0], .. arguments.AsSpan(Math.Min(1, arguments.Length))];
    }

    // The hooks run while containers start; every other verb is the tools program's.
    private static int RunToolkit(byte[][] arguments)
    {
        byte[][] own = arguments[1..];
        if (own.Length > 0 && own[0].AsSpan().SequenceEqual(Encoding.ASCII.GetBytes(PlanProgram.Word)))
            return PlanProgram.Run(Tail(own));
        int hook = HookProgram.FindToolkitHook(own);
        return hook < 0 ? ToolsProgram.Execute(arguments) : HookProgram.RunToolkitHook(own, hook);
    }

    private static string[] Tail(byte[][] arguments) => RawArguments.ToTexts(arguments)[1..];
}
