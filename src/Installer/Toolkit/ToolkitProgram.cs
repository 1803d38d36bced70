namespace GpuContainers.Installer.Toolkit;

/// <summary>A program of the toolkit, and what one that is not our core program needs around it.</summary>
/// <param name="Name">Its name.</param>
internal sealed record ToolkitProgram(string Name)
{
    /// <summary>Whether it gets a wrapper; else it is copied as it is.</summary>
    public bool IsWrapped { get; init; } = true;

    /// <summary>Whether its wrapper names the toolkit's configuration.</summary>
    public bool NeedsConfig { get; init; }

    /// <summary>Whether its wrapper names the toolkit's folder for libraries.</summary>
    public bool NeedsLibraries { get; init; }

    /// <summary>Whether its wrapper calls the low-level runtime while the driver's kernel module is not loaded.</summary>
    public bool NeedsDriver { get; init; }

    /// <summary>The program that runs hooks: never wrapped, because it runs where there is no shell.</summary>
    public const string Hook = "nvidia-cdi-hook";

    /// <summary>The program that the core hands the commands of nvidia-ctk to, found beside it.</summary>
    public const string Tools = "nvidia-ctk-cli";

    /// <summary>The program behind which the tools program is needed.</summary>
    public const string Toolkit = "nvidia-ctk";

    /// <summary>The name of the hook in older versions, a link.</summary>
    public const string OldHook = "nvidia-container-toolkit";

    /// <summary>What that link leads to.</summary>
    public const string RuntimeHook = "nvidia-container-runtime-hook";

    /// <summary>The runtime.</summary>
    public const string Runtime = "nvidia-container-runtime";

    /// <summary>The programs in the order in which they are looked for.</summary>
    public static IReadOnlyList<ToolkitProgram> All { get; } =
    [
        new(Toolkit),
        new(Hook) { IsWrapped = false },
        new(Runtime) { NeedsConfig = true, NeedsDriver = true },
        new(Runtime + ".cdi") { NeedsConfig = true, NeedsDriver = true },
        new(Runtime + ".legacy") { NeedsConfig = true, NeedsDriver = true },
        new("nvidia-container-cli") { NeedsLibraries = true },
        new(RuntimeHook) { NeedsConfig = true },
    ];
}

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
