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
            return Run(arguments, NameOf(arguments));
        }
        // RT-6: whatever happens, the user sees one line and a status, never a crash.
        catch (Exception fault)
        {
            StandardStreams.WriteError(InternalError.Describe(fault));
            return 1;
        }
    }

    private static int Run(IReadOnlyList<byte[]> arguments, string name) => name switch
    {
        "nvidia-container-runtime.cdi" => RuntimeShim.Run(arguments, ModeSelector.Cdi),
        "nvidia-container-runtime.legacy" => RuntimeShim.Run(arguments, ModeSelector.Legacy),
        "nvidia-container-runtime-hook" or "nvidia-container-toolkit" => LegacyHookProgram.Run(Tail(arguments)),
        _ => RuntimeShim.Run(arguments, ""),
    };

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
