namespace GpuContainers.Engines;

/// <summary>A container engine that can be configured, with its usual files.</summary>
/// <param name="Name">The word by which people name it.</param>
/// <param name="ConfigPath">Its top-level configuration file.</param>
/// <param name="DropInPath">The file that receives our settings; empty when the engine knows no such files.</param>
public sealed record Engine(string Name, string ConfigPath, string DropInPath)
{
    /// <summary>Docker.</summary>
    public static Engine Docker { get; } = new("docker", "/etc/docker/daemon.json", "")
    {
        SearchesPath = true,
        HasDropIns = false,
        PrintsConfiguration = false,
    };

    /// <summary>containerd.</summary>
    public static Engine Containerd { get; } = new("containerd", "/etc/containerd/config.toml", "/etc/containerd/conf.d/99-nvidia.toml");

    /// <summary>CRI-O.</summary>
    public static Engine Crio { get; } = new("crio", "/etc/crio/crio.conf", "/etc/crio/crio.conf.d/99-nvidia.toml") { HasCdiSwitch = false };

    /// <summary>All engines, in the order of their names.</summary>
    public static IReadOnlyList<Engine> All { get; } = [Containerd, Crio, Docker];

    /// <summary>Whether it finds a runtime by its name, in its PATH.</summary>
    public bool SearchesPath { get; init; }

    /// <summary>Whether its configuration may lie in several files.</summary>
    public bool HasDropIns { get; init; } = true;

    /// <summary>Whether a command of it prints its configuration.</summary>
    public bool PrintsConfiguration { get; init; } = true;

    /// <summary>Whether its CDI is turned on by a key; without one it is always on.</summary>
    public bool HasCdiSwitch { get; init; } = true;

    /// <summary>The engine of a name, or null.</summary>
    public static Engine? Find(string name) => All.FirstOrDefault(engine => engine.Name == name);
}
