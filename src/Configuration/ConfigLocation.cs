using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Configuration;

/// <summary>Where the configuration file is.</summary>
public static class ConfigLocation
{
    // Where a node's installer puts the configuration, seen from the folder of the programs (IN-50).
    private const string BesideProgram = ".config/nvidia-container-runtime/config.toml";

    private const string Name = "/nvidia-container-runtime/config.toml";
    private const string SystemFile = "/etc" + Name;

    // Looked for once; empty when there is none.
    private static string? s_installed;

    /// <summary>The environment variable that names the file.</summary>
    public const string PathVariable = "NVIDIA_CTK_CONFIG_FILE_PATH";

    /// <summary>The path that counts for this process, whether the file exists or not; it may be relative if the environment says so.</summary>
    // A toolkit that a node's installer has put into a folder of its own uses the configuration there, whatever the environment says (IN-44).
    // The variable verbatim, else below XDG_CONFIG_HOME, else below /etc; set but empty counts as unset (CF-1).
    // The environment is the program's own (CF-4). Nothing else is searched (CF-2).
    public static string Resolve()
    {
        string path = Resolve(Environment.GetEnvironmentVariable, out string? warning);
        if (warning is not null)
            Log.Warning(warning);
        return path;
    }

    /// <summary>As <see cref="Resolve()"/>, for who has no log yet, or does not believe every variable.</summary>
    /// <param name="variable">The value of a variable of the environment; null for none.</param>
    /// <param name="warning">What is to be told; null for nothing.</param>
    public static string Resolve(Func<string, string?> variable, out string? warning)
    {
        warning = null;
        if ((Installed() ?? FromEnvironment(variable)) is { } named)
            return named;
        string? home = variable("XDG_CONFIG_HOME");
        if (string.IsNullOrEmpty(home))
            return SystemFile;
        string path = home + Name;
        if (!UserNamespace.IsInitial || TrustedPath.FindProblem(Path.GetFullPath(path), ProcessCredentials.EffectiveUser) is not { } problem)
            return path;
        // Whoever can write that file chooses the program that this process is going to run (RT-270).
        warning = $"ignoring XDG_CONFIG_HOME: {problem}; {SystemFile} is used instead";
        return SystemFile;
    }

    /// <summary>The file beside a program that a node's installer has installed, or null for every other program.</summary>
    public static string? Installed() => (s_installed ??= FindInstalled()).Length == 0 ? null : s_installed;

    private static string FindInstalled()
    {
        // A program that was replaced while it runs lay in the same folder.
        if (OwnProgram.Path is not { } self)
            return "";
        string path = LexicalPath.Join(LexicalPath.Parent(self), BesideProgram);
        return HostFile.IsFile(path) ? path : "";
    }

    /// <summary>The value of <see cref="PathVariable"/>, or null if it is unset or empty. The prestart hook insists on that file.</summary>
    /// <param name="variable">The value of a variable of the environment; null for none.</param>
    public static string? FromEnvironment(Func<string, string?> variable)
    {
        string? path = variable(PathVariable);
        return string.IsNullOrEmpty(path) ? null : path;
    }
}
