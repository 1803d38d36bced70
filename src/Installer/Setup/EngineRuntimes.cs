using GpuContainers.Installer.Toolkit;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Installer.Setup;

/// <summary>The runtimes that an engine gets.</summary>
internal static class EngineRuntimes
{
    private const string Usual = "nvidia";

    /// <summary>Their names and programs, always in the same order.</summary>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="toolkitDir">The folder of the installed programs.</param>
    public static IReadOnlyList<(string Name, string Program)> All(string name, string toolkitDir)
    {
        string program = LexicalPath.Join(toolkitDir, ToolkitProgram.Runtime);
        (string, string)[] fixedNames = [("nvidia-cdi", program + ".cdi"), ("nvidia-legacy", program + ".legacy")];
        bool isFixed = fixedNames.Any(runtime => runtime.Item1 == name);
        return [(isFixed ? Usual : name, program), .. fixedNames];
    }
}
