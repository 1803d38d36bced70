namespace GpuContainers.Host.Inventory;

/// <summary>A MIG device in the child's report.</summary>
public sealed record InventoryMig
{
    /// <summary>NVML's index on its GPU.</summary>
    public int Index { get; init; }

    /// <summary>The UUID.</summary>
    public string? Uuid { get; init; }

    /// <summary>The number of its GPU instance.</summary>
    public int GpuInstance { get; init; }

    /// <summary>The number of its compute instance.</summary>
    public int ComputeInstance { get; init; }

    /// <summary>Whether its profile can draw.</summary>
    public bool HasGraphics { get; init; }

    /// <summary>What failed first when it was asked, such as <c>error getting MIG UUID: Unknown Error</c>; null when all is known.</summary>
    public string? Error { get; init; }
}
