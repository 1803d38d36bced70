using GpuContainers.Engines.Sources;

namespace GpuContainers.Engines;

/// <summary>Which files of an engine are configured, and how.</summary>
/// <param name="ConfigPath">The top-level configuration file.</param>
public sealed record EngineRequest(string ConfigPath)
{
    /// <summary>The file that receives the settings; empty means the top-level file itself.</summary>
    public string DropInPath { get; init; } = "";

    /// <summary>
    /// The current configuration when it is not read from the top-level file: a command's output, or another file; null for the top-level file.
    /// </summary>
    public SourceText? Source { get; init; }

    /// <summary>
    /// Whether the current configuration may hold what an earlier run has written: the merged one of the engine, or the file that is written itself.
    /// </summary>
    internal bool MayShowToolkit => Source is not null || DropInPath.Length == 0;

    /// <summary>The type given to runtimes that inherit none (containerd).</summary>
    public string RuntimeType { get; init; } = "io.containerd.runc.v2";

    /// <summary>Whether a new configuration has version 1 and the default runtime is set the way of that version (containerd).</summary>
    public bool UseLegacyConfig { get; init; }

    /// <summary>Patterns of container annotations that reach the runtime, in front of inherited ones (containerd).</summary>
    public IReadOnlyList<string> ContainerAnnotations { get; init; } = [];

    /// <summary>Whether a drop-in remembers the default runtime that it replaces, and an existing one is asked for it.</summary>
    public bool RemembersDefault { get; init; }

    /// <summary>Folders as this process sees them with their paths on the host, where the engine runs (containerd).</summary>
    public IReadOnlyDictionary<string, string> HostFolders { get; init; } = new Dictionary<string, string>();
}
