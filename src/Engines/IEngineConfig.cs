namespace GpuContainers.Engines;

/// <summary>An engine's configuration in memory: read as a whole before anything is changed, and written as a whole afterwards.</summary>
public interface IEngineConfig
{
    /// <summary>Adds a runtime, in place of an earlier one of that name.</summary>
    /// <param name="name">The name by which containers ask for it.</param>
    /// <param name="path">Its executable.</param>
    /// <param name="asDefault">Whether it becomes the runtime of containers that name none.</param>
    /// <exception cref="EngineException">Something in the configuration has another type than the engine wants.</exception>
    void AddRuntime(string name, string path, bool asDefault);

    /// <summary>Turns on CDI in the engine.</summary>
    /// <exception cref="EngineException">Something in the configuration has another type than the engine wants.</exception>
    void EnableCdi();

    /// <summary>Removes a runtime; it is not a default any more.</summary>
    /// <exception cref="EngineException">Something in the configuration has another type than the engine wants.</exception>
    void RemoveRuntime(string name);

    /// <summary>Makes a runtime the default, or takes that from it if it is.</summary>
    /// <param name="action">"set" or "unset".</param>
    /// <param name="name">The runtime.</param>
    /// <exception cref="EngineException">Another action, or an engine that cannot do it.</exception>
    void UpdateDefault(string action, string name);

    /// <summary>The executables of the low-level runtimes that the engine knows, without repeats.</summary>
    IReadOnlyList<string> LowLevelRuntimePaths();

    /// <summary>
    /// The files that the configuration consists of with what they shall hold, in the order in which they are written. Files that stay as they are may be among
    /// them.
    /// </summary>
    /// <exception cref="EngineException">Something in the configuration has another type than the engine wants.</exception>
    IReadOnlyList<FileChange> Changes();
}

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
