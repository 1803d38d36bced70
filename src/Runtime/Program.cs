using GpuContainers.Linux.Paths;
using GpuContainers.Linux.Processes;
using GpuContainers.Runtime.ContainerCli;
using GpuContainers.Runtime.Create;
using GpuContainers.Runtime.Hooks;
using GpuContainers.Runtime.Prestart;

namespace GpuContainers.Runtime;

/// <summary>The core program: chooses by the name it is started under.</summary>
public static class Program
{
    // Installers keep a program under this suffix behind a wrapper script of the original name.
    private const string WrappedSuffix = ".real";

    /// <summary>Runs the program that the name stands for and returns its exit status.</summary>
    public static int Main()
    {
        try
        {
            IReadOnlyList<byte[]> arguments = RawArguments.Arguments();
            return Run(NameOf(arguments), arguments);
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

    private static int Run(string name, IReadOnlyList<byte[]> arguments) => name switch
    {
        "nvidia-cdi-hook" => HookProgram.RunCdiHook(Raw(arguments)),
        "nvidia-ctk" => RunToolkit(arguments),
        "nvidia-container-runtime-hook" or "nvidia-container-toolkit" => LegacyHookProgram.Run(Tail(arguments)),
        "nvidia-container-cli" => ContainerCliProgram.Run(RawArguments.ToTexts(arguments)),
        // These differ from the plain name in nothing but the mode (RT-1).
        "nvidia-container-runtime.cdi" => RuntimeShim.Run(arguments, ModeSelector.Cdi),
        "nvidia-container-runtime.legacy" => RuntimeShim.Run(arguments, ModeSelector.Legacy),
        // Administrators rename the runtime; the others are called by fixed names only.
        _ => RuntimeShim.Run(arguments, ""),
    };

    // The hooks run while containers start; every other verb is the tools program's.
    private static int RunToolkit(IReadOnlyList<byte[]> arguments)
    {
        List<byte[]> own = Raw(arguments);
        int hook = HookProgram.FindToolkitHook(own);
        return hook < 0 ? ToolsProgram.Execute(arguments) : HookProgram.RunToolkitHook(own, hook);
    }

    // Names in containers need not be text (HK-133).
    private static List<byte[]> Raw(IReadOnlyList<byte[]> arguments)
    {
        var raw = new List<byte[]>(arguments);
        raw.RemoveAt(0);
        return raw;
    }

    private static List<string> Tail(IReadOnlyList<byte[]> arguments)
    {
        var texts = new List<string>(RawArguments.ToTexts(arguments));
        texts.RemoveAt(0);
        return texts;
    }

    private static string NameOf(IReadOnlyList<byte[]> arguments)
    {
        string name = arguments.Count == 0 ? "" : LexicalPath.Base(RawArguments.ToTexts(arguments)[0]);
        return name.EndsWith(WrappedSuffix, StringComparison.Ordinal) ? name[..^WrappedSuffix.Length] : name;
    }
}
