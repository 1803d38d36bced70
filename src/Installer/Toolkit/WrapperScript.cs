using System.Text;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Installer.Toolkit;

/// <summary>
/// The script around a program that does not know by itself where it is installed: it needs no other program than the shell, and is
/// replaced by the one it calls.
/// </summary>
internal static class WrapperScript
{
    /// <summary>What is behind the name of the wrapped program.</summary>
    public const string Suffix = ".real";

    /// <summary>The script of a program.</summary>
    /// <param name="program">The program.</param>
    /// <param name="folder">The folder in which it is installed.</param>
    /// <param name="config">The toolkit's configuration.</param>
    /// <param name="lowLevelRuntime">What is called while the driver's module is not loaded.</param>
    public static string Text(ToolkitProgram program, string folder, string config, string lowLevelRuntime)
    {
        var script = new StringBuilder("#! /bin/sh\n");
        if (program.NeedsDriver)
            script.Append(DriverCheck(lowLevelRuntime));
        // Sorted by name, as every version has written them.
        if (program.NeedsLibraries)
            script.Append(InFront("LD_LIBRARY_PATH", folder));
        if (program.NeedsConfig)
            script.Append("export NVIDIA_CTK_CONFIG_FILE_PATH=").Append(Quoted(config)).Append('\n');
        script.Append(InFront("PATH", folder));
        return script.Append("exec ").Append(Quoted(LexicalPath.Join(folder, program.Name + Suffix))).Append(" \"$@\"\n").ToString();
    }

    // A kernel without modules has no such file, which counts as not loaded. Debian's module is called nvidia_current.
    private static string DriverCheck(string lowLevelRuntime) => $$"""
        loaded=
        if [ -r /proc/modules ]; then
          while read -r module rest; do
            case $module in nvidia|nvidia_current) loaded=yes; break ;; esac
          done < /proc/modules
        fi
        if [ -z "$loaded" ]; then
          echo {{Quoted($"nvidia driver modules are not yet loaded, invoking {lowLevelRuntime} directly")}} >&2
          exec {{Quoted(lowLevelRuntime)}} "$@"
        fi

        """;

    // An empty element behind a colon would be the working directory.
    private static string InFront(string variable, string folder) => $"export {variable}={Quoted(folder)}\"${{{variable}:+:${variable}}}\"\n";

    private static string Quoted(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
