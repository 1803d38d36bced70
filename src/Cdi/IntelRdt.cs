using GpuContainers.Cdi.Model;

namespace GpuContainers.Cdi;

/// <summary>Settings of Intel's resource director technology for the container (since version 0.7.0).</summary>
public sealed record IntelRdt
{
    /// <summary>The class of service; empty when unset.</summary>
    public string ClosId { get; init; } = "";

    /// <summary>The schema of the L3 cache; empty when unset.</summary>
    public string L3CacheSchema { get; init; } = "";

    /// <summary>The schema of the memory bandwidth; empty when unset.</summary>
    public string MemBwSchema { get; init; } = "";

    /// <summary>Lines for the schemata file; null when absent, which is not the same as empty (since version 1.1.0).</summary>
    public IReadOnlyList<string>? Schemata { get; init; }

    /// <summary>Whether the group is monitored (since version 1.1.0).</summary>
    public bool EnableMonitoring { get; init; }

    /// <inheritdoc/>
    public bool Equals(IntelRdt? other) =>
        other is not null && ClosId == other.ClosId && L3CacheSchema == other.L3CacheSchema && MemBwSchema == other.MemBwSchema
        && EnableMonitoring == other.EnableMonitoring && Schemata is null == other.Schemata is null
        && Texts.Equal(Schemata ?? [], other.Schemata ?? []);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(ClosId, L3CacheSchema, MemBwSchema, Schemata?.Count, EnableMonitoring);
}
