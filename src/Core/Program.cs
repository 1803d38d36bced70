using GpuContainers.Core.LegacyHook;
using GpuContainers.Core.Runtime;
using GpuContainers.Linux;

namespace GpuContainers.Core;

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
        // RT-6: whatever happens, the user sees one line and a status, never a crash.
        catch (Exception fault)
        {
            StandardStreams.WriteError(InternalError.Describe(fault));
            return 1;
        }
    }

    private static int Run(string name, IReadOnlyList<byte[]> arguments) => name switch
    {
        "nvidia-cdi-hook" => RefuseHook(arguments),
        "nvidia-ctk" => ToolsProgram.Execute(arguments),
        "nvidia-container-runtime-hook" or "nvidia-container-toolkit" => LegacyHookProgram.Run(Tail(arguments)),
        // RT-1: these differ from the plain name in nothing but the mode.
        "nvidia-container-runtime.cdi" => RuntimeShim.Run(arguments, ModeSelector.Cdi),
        "nvidia-container-runtime.legacy" => RuntimeShim.Run(arguments, ModeSelector.Legacy),
        // Administrators rename the runtime; the others are called by fixed names only.
        _ => RuntimeShim.Run(arguments, ""),
    };

    // HK-17: a hook that this version does not know must not break containers.
    private static int RefuseHook(IReadOnlyList<byte[]> arguments)
    {
        StandardStreams.WriteErrorText($"Unsupported CDI hook: {(arguments.Count > 1 ? RawArguments.ToTexts(arguments)[1] : "")}\n");
        return 0;
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
