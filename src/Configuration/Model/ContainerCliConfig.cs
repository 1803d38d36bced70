namespace GpuContainers.Configuration.Model;

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
