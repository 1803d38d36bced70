using GpuContainers.Engines.Files;

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
