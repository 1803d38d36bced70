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

/// <summary>Which version of CDI an engine reads: that of the library in it, by its release.</summary>
internal static class EngineCdi
{
    // From this version of the engine on, specifications up to that version are read. That Podman 4.9 refuses 0.7.0 is what users report; the other rows
    // are what the CDI library of the time knows, and have not been measured with the engines.
    private static readonly (string Kind, string From, string Highest)[] s_known =
    [
        ("podman", "4.1.0", "0.5.0"), ("podman", "4.7.0", "0.6.0"), ("podman", "5.1.0", "0.7.0"), ("podman", "5.2.0", "0.8.0"), ("podman", "5.5.0", "1.0.0"),
        ("docker", "25.0.0", "0.6.0"), ("docker", "27.0.0", "0.7.0"), ("docker", "28.0.0", "0.8.0"), ("docker", "28.2.0", "1.0.0"),
        ("containerd", "1.7.0", "0.5.0"), ("containerd", "2.0.0", "0.8.0"), ("containerd", "2.1.0", "1.0.0"),
        ("crio", "1.23.0", "0.3.0"), ("crio", "1.28.0", "0.6.0"), ("crio", "1.30.0", "0.7.0"), ("crio", "1.31.0", "0.8.0"), ("crio", "1.33.0", "1.0.0"),
    ];

    /// <summary>The highest version that an engine reads; null when its release is not known.</summary>
    public static string? Highest(EngineFacts engine)
    {
        if (!System.Version.TryParse(engine.Version, out Version? version))
            return null;
        string? highest = null;
        foreach ((string kind, string from, string known) in s_known)
        {
            if (kind == engine.Kind && version >= System.Version.Parse(from))
                highest = known;
        }
        return highest;
    }
}

/// <summary>Units of systemd, by their files.</summary>
internal static class SystemdUnit
{
    private static readonly string[] s_folders = ["/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system"];

    /// <summary>Whether systemd runs this machine.</summary>
    public static bool Runs(Machine machine) => machine.Has("/run/systemd/system");

    /// <summary>Whether a unit is installed.</summary>
    public static bool Exists(Machine machine, string unit) => s_folders.Any(folder => machine.Has($"{folder}/{unit}"));

    /// <summary>Whether a unit is started at boot: some target wants it.</summary>
    public static bool IsEnabled(Machine machine, string unit) =>
        machine.Names(s_folders[0]).Where(static name => name.EndsWith(".wants", StringComparison.Ordinal))
            .Any(target => HostFile.TryStatus(machine.At($"{s_folders[0]}/{target}/{unit}"), followLinks: false, out _));
}
