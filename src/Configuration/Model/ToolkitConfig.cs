namespace GpuContainers.Configuration.Model;

/// <summary>The toolkit's configuration (config.toml): every key with its value or its default.</summary>
public sealed record ToolkitConfig
{
    /// <summary><c>disable-require</c>: the hook skips the image's requirements.</summary>
    public bool DisableRequire { get; init; }

    /// <summary><c>swarm-resource</c>: comma-separated names of container variables that replace NVIDIA_VISIBLE_DEVICES; empty means none.</summary>
    public string SwarmResource { get; init; } = "";

    /// <summary><c>accept-nvidia-visible-devices-envvar-when-unprivileged</c>: requests by environment of unprivileged containers count.</summary>
    public bool AcceptEnvironmentWhenUnprivileged { get; init; } = true;

    /// <summary><c>accept-nvidia-visible-devices-as-volume-mounts</c>: requests by mounts of /dev/null count.</summary>
    public bool AcceptVolumeMounts { get; init; }

    /// <summary><c>supported-driver-capabilities</c>: comma-separated upper bound of the capabilities.</summary>
    public string SupportedDriverCapabilities { get; init; } = DefaultDriverCapabilities;

    /// <summary><c>[nvidia-container-cli]</c>.</summary>
    public ContainerCliConfig ContainerCli { get; init; } = new();

    /// <summary><c>[nvidia-ctk]</c>.</summary>
    public CtkConfig Ctk { get; init; } = new();

    /// <summary><c>[nvidia-container-runtime]</c>.</summary>
    public RuntimeConfig Runtime { get; init; } = new();

    /// <summary><c>[nvidia-container-runtime-hook]</c>.</summary>
    public RuntimeHookConfig RuntimeHook { get; init; } = new();

    /// <summary><c>[features]</c>.</summary>
    public FeaturesConfig Features { get; init; } = new();

    /// <summary>Messages at warning level about the file, for the caller to log once it has a log.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>All driver capabilities, the default of <see cref="SupportedDriverCapabilities"/>.</summary>
    public const string DefaultDriverCapabilities = "compat32,compute,display,graphics,ngx,utility,video";

    /// <summary>Refuses what must not be used.</summary>
    /// <exception cref="ConfigurationException">The linker cache program would be one of the container although that was not allowed.</exception>
    public void Validate()
    {
        // CVE-2024-0136: a path inside the container would run a program of the image with the rights of the host (CF-40).
        if (Features.AllowLdconfigFromContainer != true && !ContainerCli.HasHostLdconfig)
        {
            throw new ConfigurationException(
                $"nvidia-container-cli.ldconfig value \"{ContainerCli.Ldconfig}\" is not host-relative (does not start with a '@')\ninvalid config value; " +
                    $"write {LdconfigPath.Default}, or allow programs of the container with features.allow-ldconfig-from-container");
        }
    }
}
