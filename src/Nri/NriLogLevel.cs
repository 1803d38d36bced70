namespace GpuContainers.Nri;

/// <summary>How much a message of the plugin matters.</summary>
public enum NriLogLevel
{
    /// <summary>What was injected where.</summary>
    Debug,

    /// <summary>Connections, and devices that a pod asked for and does not get.</summary>
    Info,

    /// <summary>Something an administrator should change: an engine that is too old, an engine that cannot be reached.</summary>
    Warning,
}
