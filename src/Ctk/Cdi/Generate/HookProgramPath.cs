using GpuContainers.Diagnostics;
using GpuContainers.Host;
using GpuContainers.Host.Driver;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>The program that the hooks of a specification run (GN-86).</summary>
internal static class HookProgramPath
{
    /// <summary>
    /// The absolute path of the program that was asked for: an absolute path unchecked, else what is found in PATH and the usual folders, else, after a
    /// warning, the usual place of a program of its family.
    /// </summary>
    /// <param name="asked">A path or a name; empty for nvidia-cdi-hook.</param>
    /// <param name="host">Where to look.</param>
    public static string Resolve(string asked, HostContext host)
    {
        if (asked.StartsWith('/'))
            return asked;
        string usual = LexicalPath.Base(asked) == "nvidia-ctk" ? "/usr/bin/nvidia-ctk" : "/usr/bin/nvidia-cdi-hook";
        string name = asked.Length == 0 ? LexicalPath.Base(usual) : asked;
        if (new Programs(new DriverRoot(host.Files), host.ProgramPath).Locate(name) is { } found)
            return found.StartsWith('/') ? found : LexicalPath.Join(Environment.CurrentDirectory, found);
        Log.Warning($"Failed to locate {name}: no such program in PATH or the usual folders; hooks will run {usual}");
        return usual;
    }
}
