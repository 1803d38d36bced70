namespace GpuContainers.Configuration;

/// <summary>Where the configuration file is.</summary>
public static class ConfigLocation
{
    /// <summary>The environment variable that names the file.</summary>
    public const string PathVariable = "NVIDIA_CTK_CONFIG_FILE_PATH";

    /// <summary>The path that counts for this process, whether the file exists or not; it may be relative if the environment says so.</summary>
    // The variable verbatim, else below XDG_CONFIG_HOME, else below /etc; set but empty counts as unset (CF-1).
    // The environment is the program's own (CF-4). Nothing else is searched (CF-2).
    public static string Resolve()
    {
        if (FromEnvironment() is { } named)
            return named;
        string? home = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        return (string.IsNullOrEmpty(home) ? "/etc" : home) + "/nvidia-container-runtime/config.toml";
    }

    /// <summary>The value of <see cref="PathVariable"/>, or null if it is unset or empty. The prestart hook insists on that file.</summary>
    public static string? FromEnvironment()
    {
        string? path = Environment.GetEnvironmentVariable(PathVariable);
        return string.IsNullOrEmpty(path) ? null : path;
    }
}
