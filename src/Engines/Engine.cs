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

/// <summary>An engine's configuration that cannot be read or changed.</summary>
/// <param name="reason">What kind of fault it is.</param>
/// <param name="message">The text for people; it names the path, key or position.</param>
/// <param name="inner">The cause, or null.</param>
public sealed class EngineException(EngineFault reason, string message, Exception? inner = null) : ToolkitException(message, inner)
{
    /// <summary>A value that is refused, or a file that cannot be changed.</summary>
    public EngineException(string message, Exception? inner = null)
        : this(EngineFault.Value, message, inner)
    {
    }

    /// <summary>What kind of fault it is.</summary>
    public EngineFault Reason => reason;

    /// <summary>The same failure, its text preceded by the step that failed, and followed by what to do about it.</summary>
    internal EngineException Within(string step, string hint = "") => new(reason, step + Message + hint, this);
}

/// <summary>What is wrong with an engine's configuration.</summary>
public enum EngineFault
{
    /// <summary>A value that is not allowed, or a file that was changed by someone else or cannot be written.</summary>
    Value,

    /// <summary>A file's text is not what its format allows.</summary>
    Syntax,

    /// <summary>A program that should print the engine's configuration failed.</summary>
    Command,

    /// <summary>A file cannot be replaced without losing its owner or attributes, nor be written in place.</summary>
    Metadata,
}

/// <summary>The runtimes whose settings the NVIDIA runtime inherits.</summary>
internal static class LowLevelRuntimes
{
    /// <summary>The names to look for: the engine's own default unless it is one of the toolkit's, then runc and crun (CT-73).</summary>
    /// <param name="byDefault">The engine's default runtime; null or empty for none.</param>
    internal static IReadOnlyList<string> Names(string? byDefault)
    {
        bool counts = !string.IsNullOrEmpty(byDefault) && !byDefault.StartsWith("nvidia", StringComparison.Ordinal);
        return counts ? [.. new[] { byDefault!, "runc", "crun" }.Distinct()] : ["runc", "crun"];
    }

    /// <summary>The action of CT-125: true for "set", false for "unset".</summary>
    /// <exception cref="EngineException">It is neither.</exception>
    internal static bool IsSet(string action) => action switch
    {
        "set" => true,
        "unset" => false,
        _ => throw new EngineException($"invalid action \"{action}\", valid actions are \"set\" and \"unset\""),
    };

    /// <summary>Paths without empty ones and repeats, in their order (CT-126).</summary>
    internal static IReadOnlyList<string> Paths(IEnumerable<string?> paths) => [.. paths.Where(path => !string.IsNullOrEmpty(path)).Distinct()!];
}
