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

/// <summary><c>[nvidia-container-runtime]</c>.</summary>
public sealed record RuntimeConfig
{
    /// <summary><c>debug</c>: the log file; empty or /dev/null means none.</summary>
    public string Debug { get; init; } = "/dev/null";

    /// <summary><c>log-level</c>, as written.</summary>
    public string LogLevel { get; init; } = "info";

    /// <summary><c>runtimes</c>: candidates for the low-level runtime, names or paths.</summary>
    public IReadOnlyList<string> Runtimes { get; init; } = ["runc", "crun"];

    /// <summary><c>mode</c>, as written: auto, cdi, jit-cdi, csv or legacy if it is valid.</summary>
    public string Mode { get; init; } = "auto";

    /// <summary><c>[nvidia-container-runtime.modes]</c>.</summary>
    public RuntimeModesConfig Modes { get; init; } = new();
}

/// <summary><c>[nvidia-container-runtime.modes.*]</c>: what the single modes need.</summary>
public sealed record RuntimeModesConfig
{
    /// <summary><c>cdi.spec-dirs</c>: CDI directories; later ones have priority.</summary>
    public IReadOnlyList<string> CdiSpecDirectories { get; init; } = ["/etc/cdi", "/var/run/cdi"];

    /// <summary><c>cdi.default-kind</c>: the kind of unqualified device names in mode cdi.</summary>
    public string CdiDefaultKind { get; init; } = "nvidia.com/gpu";

    /// <summary><c>cdi.annotation-prefixes</c>: prefixes of annotation keys that carry requests.</summary>
    public IReadOnlyList<string> CdiAnnotationPrefixes { get; init; } = ["cdi.k8s.io/"];

    /// <summary>
    /// <c>cdi.allowed-kinds</c>: kinds ("vendor/class", or "vendor/*") of qualified names that a container's environment may ask for; empty means all.
    /// </summary>
    public IReadOnlyList<string> CdiAllowedKinds { get; init; } = [];

    /// <summary><c>csv.mount-spec-path</c>: the directory of the CSV files.</summary>
    public string CsvMountSpecPath { get; init; } = "/etc/nvidia-container-runtime/host-files-for-container.d";

    /// <summary><c>csv.compat-container-root</c>: the directory of the compat libraries in the container; empty means /usr/local/cuda/compat_orin.</summary>
    public string CsvCompatContainerRoot { get; init; } = "";

    /// <summary><c>jit-cdi.nvcdi-feature-flags</c>: flags of the generator.</summary>
    public IReadOnlyList<string> GeneratorFeatureFlags { get; init; } = [];

    /// <summary><c>jit-cdi.nvcdi-disable-hooks</c>: hooks not to generate.</summary>
    public IReadOnlyList<string> GeneratorDisabledHooks { get; init; } = [];

    /// <summary><c>jit-cdi.join-hooks</c>: whether the hooks of a container become one call where this program is the one they call.</summary>
    public bool JoinsHooks { get; init; } = true;

    /// <summary><c>legacy.cuda-compat-mode</c>, as written.</summary>
    public string LegacyCudaCompatMode { get; init; } = "ldconfig";

    /// <summary>
    /// <c>legacy.device-rules</c>: whether the rules for the devices that the prestart hook brings are written into the specification too: "auto" where systemd
    /// manages the container's group, "always", "never".
    /// </summary>
    public string LegacyDeviceRules { get; init; } = "auto";
}

/// <summary><c>[nvidia-container-runtime-hook]</c>.</summary>
public sealed record RuntimeHookConfig
{
    /// <summary><c>path</c>: the executable of the prestart hook; resolve it with <see cref="ExecutablePath"/>.</summary>
    public string Path { get; init; } = "nvidia-container-runtime-hook";

    /// <summary><c>skip-mode-detection</c>: the hook does not insist on the mode being legacy.</summary>
    public bool SkipModeDetection { get; init; }
}

/// <summary><c>[nvidia-container-cli]</c>: options of the injector that the prestart hook runs; <see cref="Root"/> counts for the shim too.</summary>
public sealed record ContainerCliConfig
{
    private readonly string? _user;
    private readonly string? _ldconfig;

    /// <summary><c>root</c>: the driver root; empty means the host root.</summary>
    public string Root { get; init; } = "";

    /// <summary><c>path</c>: the injector's executable; empty means that it is searched.</summary>
    public string Path { get; init; } = "";

    /// <summary>
    /// <c>implementation</c>: "native" for the injector that is part of this program, "external" for another program; "auto" for the native one unless
    /// <see cref="Path"/>, or the first program of its name in PATH, is another.
    /// </summary>
    public string Implementation { get; init; } = "auto";

    /// <summary><c>environment</c>: entries NAME=value appended to the injector's environment.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary><c>debug</c>: the injector's log file; empty means none.</summary>
    public string Debug { get; init; } = "";

    /// <summary><c>ldcache</c>: the linker cache to read; empty means the system's.</summary>
    public string Ldcache { get; init; } = "";

    /// <summary><c>load-kmods</c>: whether kernel modules may be loaded.</summary>
    public bool LoadKernelModules { get; init; } = true;

    /// <summary><c>no-pivot</c>.</summary>
    public bool NoPivot { get; init; }

    /// <summary><c>no-cgroups</c>: leave device cgroups alone (rootless engines).</summary>
    public bool NoCgroups { get; init; }

    /// <summary><c>user</c>: user and group of the injector; on SUSE-like systems "root:video" unless the file says otherwise.</summary>
    public string User
    {
        // The default looks at the system, so it is worked out when it is asked for: a start that does not need it does not pay for it.
        get => _user ?? (OperatingSystemRelease.IsSuse() ? OperatingSystemRelease.SuseUser : "");
        init => _user = value;
    }

    /// <summary>
    /// <c>ldconfig</c>: as in the file, or the default of this system; "@" marks a path of the host. Normalise it with <see cref="LdconfigPath.Normalize"/>
    /// where it is passed on.
    /// </summary>
    public string Ldconfig
    {
        get => _ldconfig ?? LdconfigPath.Normalize(LdconfigPath.Default);
        init => _ldconfig = value;
    }

    /// <summary>Whether <see cref="Ldconfig"/> is a path of the host; the default always is (CF-40).</summary>
    internal bool HasHostLdconfig => _ldconfig is null || _ldconfig.StartsWith('@');
}

/// <summary><c>[nvidia-ctk]</c>.</summary>
public sealed record CtkConfig
{
    /// <summary><c>path</c>: the executable that hooks in containers call; resolve it with <see cref="ExecutablePath"/>.</summary>
    public string Path { get; init; } = "nvidia-ctk";
}

/// <summary><c>[features]</c>: three-state flags; absent (null) acts like false.</summary>
public sealed record FeaturesConfig
{
    /// <summary><c>allow-cuda-compat-libs-from-container</c>.</summary>
    public bool? AllowCudaCompatLibsFromContainer { get; init; }

    /// <summary><c>allow-ldconfig-from-container</c>: <c>nvidia-container-cli.ldconfig</c> may be a path inside the container.</summary>
    public bool? AllowLdconfigFromContainer { get; init; }

    /// <summary><c>allow-unknown-oci-spec-fields</c>: unknown members of config.json do not fail the shim.</summary>
    public bool? AllowUnknownOciSpecFields { get; init; }

    /// <summary><c>disable-cuda-compat-lib-hook</c>: no compat hook for <c>cuda-compat-mode = "hook"</c>.</summary>
    public bool? DisableCudaCompatLibHook { get; init; }

    /// <summary><c>disable-imex-channel-creation</c>: the prestart hook passes --no-create-imex-channels on.</summary>
    public bool? DisableImexChannelCreation { get; init; }

    /// <summary>
    /// <c>ignore-gated-envvars-when-unprivileged</c>: the variables of gated features need the permission that a request for devices by environment needs.
    /// </summary>
    public bool? IgnoreGatedVariablesWhenUnprivileged { get; init; }

    /// <summary><c>ignore-imex-channel-requests</c>: IMEX requests of environment and mounts do not count.</summary>
    public bool? IgnoreImexChannelRequests { get; init; }

    /// <summary><c>no-additional-gids-for-device-nodes</c>: no supplementary groups for device nodes that are not world-accessible.</summary>
    public bool? NoAdditionalGidsForDeviceNodes { get; init; }
}
