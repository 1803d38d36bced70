namespace GpuContainers.Oci;

/// <summary>The object "linux.intelRdt" in config.json.</summary>
public sealed record OciIntelRdt
{
    /// <summary>The class of service; empty when unset.</summary>
    public string ClosId { get; init; } = "";

    /// <summary>Lines for the schemata file; null when the member is absent.</summary>
    public IReadOnlyList<string>? Schemata { get; init; }

    /// <summary>The schema of the L3 cache; empty when unset.</summary>
    public string L3CacheSchema { get; init; } = "";

    /// <summary>The schema of the memory bandwidth; empty when unset.</summary>
    public string MemBwSchema { get; init; } = "";

    /// <summary>Whether the group is monitored.</summary>
    public bool EnableMonitoring { get; init; }
}
