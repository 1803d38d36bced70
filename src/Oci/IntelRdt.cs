using GpuContainers.Oci.Values;

namespace GpuContainers.Oci;

/// <summary>Settings of Intel's resource director technology: "linux.intelRdt" in config.json, and the same in specifications of CDI.</summary>
public sealed record IntelRdt
{
    /// <summary>The class of service; empty when unset.</summary>
    public string ClosId { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The schema of the L3 cache; empty when unset.</summary>
    public string L3CacheSchema { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The schema of the memory bandwidth; empty when unset.</summary>
    public string MemBwSchema { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Lines for the schemata file; null when the member is absent, which is not the same as empty.</summary>
    public IReadOnlyList<string>? Schemata { get; init => field = value is null ? null : ValueList<string>.From(value); }

    /// <summary>Whether the group is monitored.</summary>
    public bool EnableMonitoring { get; init; }
}
