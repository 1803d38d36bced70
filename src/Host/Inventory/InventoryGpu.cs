namespace GpuContainers.Host.Inventory;

/// <summary>A GPU in the child's report; a fact and the error of asking for it exclude each other.</summary>
public sealed record InventoryGpu
{
    /// <summary>NVML's index.</summary>
    public int Index { get; init; }

    /// <summary>The product name; empty when unknown.</summary>
    public string Name { get; init; } = "";

    /// <summary>The UUID.</summary>
    public string? Uuid { get; init; }

    /// <summary>Why the UUID is unknown.</summary>
    public DriverError? UuidError { get; init; }

    /// <summary>The minor of the device node.</summary>
    public int? Minor { get; init; }

    /// <summary>Why the minor is unknown.</summary>
    public DriverError? MinorError { get; init; }

    /// <summary>The PCI address in the kernel's form.</summary>
    public string? BusId { get; init; }

    /// <summary>Why the PCI address is unknown; code 3 for a GPU that is not a PCI device.</summary>
    public DriverError? BusIdError { get; init; }

    /// <summary>NVML's number of its brand; null when unknown.</summary>
    public int? Brand { get; init; }

    /// <summary>Its compute capability, such as "9.0"; null when unknown.</summary>
    public string? ComputeCapability { get; init; }

    /// <summary>Whether it can be cut into MIG devices.</summary>
    public bool IsMigCapable { get; init; }

    /// <summary>Whether it is in MIG mode.</summary>
    public bool IsMigEnabled { get; init; }

    /// <summary>Why its MIG mode is unknown.</summary>
    public DriverError? MigError { get; init; }

    /// <summary>Whether it shares addresses with the processor.</summary>
    public bool IsCoherent { get; init; }

    /// <summary>Why that is unknown.</summary>
    public DriverError? CoherentError { get; init; }

    /// <summary>Its MIG devices.</summary>
    public IReadOnlyList<InventoryMig> MigDevices { get; init; } = [];

    /// <summary>Why the list of MIG devices is not complete.</summary>
    public DriverError? MigDevicesError { get; init; }
}
