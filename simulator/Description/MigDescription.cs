namespace GpuContainers.Simulator.Description;

/// <summary>One MIG device.</summary>
internal sealed record MigDescription
{
    /// <summary>The profile, such as "3g.71gb", "1g.5gb+me", "1g.24gb+gfx".</summary>
    public required string Profile { get; set; }

    /// <summary>Its place among the MIG devices of the GPU; null for the place in the list. Gaps are allowed.</summary>
    public uint? Index { get; set; }

    /// <summary>"MIG-…"; null for a derived one.</summary>
    public string? Uuid { get; set; }

    /// <summary>The GPU instance's number.</summary>
    public required uint GpuInstance { get; set; }

    /// <summary>The compute instance's number.</summary>
    public uint ComputeInstance { get; set; }
}
