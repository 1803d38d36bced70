namespace GpuContainers.Ctk.Doctor.Facts;

/// <summary>A container engine of a machine, as its files and its program tell.</summary>
/// <param name="Kind">docker, containerd, crio or podman.</param>
/// <param name="Title">What people call it, such as "Docker (rootless, alice)".</param>
internal sealed record EngineFacts(string Kind, string Title)
{
    /// <summary>Its version, such as 27.5.1; empty when it does not tell.</summary>
    public string Version { get; init; } = "";

    /// <summary>The top-level configuration file.</summary>
    public string ConfigPath { get; init; } = "";

    /// <summary>All files of its configuration that exist, in the order of reading.</summary>
    public IReadOnlyList<string> ConfigFiles { get; init; } = [];

    /// <summary>What is wrong with its configuration; empty when it can be read.</summary>
    public string Problem { get; init; } = "";

    /// <summary>The runtimes with their programs; a program is empty where the configuration names none.</summary>
    public IReadOnlyDictionary<string, string> Runtimes { get; init; } = new Dictionary<string, string>();

    /// <summary>The runtime of containers that name none.</summary>
    public string DefaultRuntime { get; init; } = "";

    /// <summary>Whether systemd makes its control groups; null when it does not tell.</summary>
    public bool? UsesSystemd { get; init; }

    /// <summary>The runtimes whose setting of that differs from the default runtime's.</summary>
    public IReadOnlyList<string> OtherCgroupDriver { get; init; } = [];

    /// <summary>Whether it resolves CDI names by itself.</summary>
    public bool HasCdi { get; init; }

    /// <summary>The folders in which it reads CDI specifications.</summary>
    public IReadOnlyList<string> CdiFolders { get; init; } = ["/etc/cdi", "/var/run/cdi"];

    /// <summary>The process of its daemon; empty when none runs, or it has none.</summary>
    public string Process { get; init; } = "";

    /// <summary>Whether it runs with the rights of a user.</summary>
    public bool IsRootless { get; init; }

    /// <summary>Whether it comes from a snap.</summary>
    public bool IsSnap { get; init; }

    /// <summary>The command that gives it our runtime; empty for an engine that needs none.</summary>
    public IReadOnlyList<string> Configure { get; init; } = [];

    /// <summary>The command that makes it read its configuration again.</summary>
    public IReadOnlyList<string> Restart { get; init; } = [];

    /// <summary>The runtimes that are ours or NVIDIA's, by their programs' names.</summary>
    public IEnumerable<KeyValuePair<string, string>> GpuRuntimes =>
        Runtimes.Where(static runtime => Linux.Paths.LexicalPath.Base(runtime.Value).StartsWith("nvidia-container-runtime", StringComparison.Ordinal));
}
