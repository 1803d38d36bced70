namespace GpuContainers.Host.Inventory;

/// <summary>
/// What the driver's own library told the child process <c>gpu-inventory</c>. Absent facts are null, each with its error where one is of use.
/// </summary>
public sealed record InventoryReport
{
    /// <summary>Why nothing could be asked: the library did not load, or its start failed; null when it worked.</summary>
    public DriverError? InitError { get; init; }

    /// <summary>The driver's version.</summary>
    public string? DriverVersion { get; init; }

    /// <summary>The highest CUDA version of the driver as NVML gives it: 12090 for 12.9.</summary>
    public int? CudaVersion { get; init; }

    /// <summary>Why the CUDA version is not known.</summary>
    public DriverError? CudaVersionError { get; init; }

    /// <summary>The GPUs in their order.</summary>
    public IReadOnlyList<InventoryGpu> Gpus { get; init; } = [];

    /// <summary>Why the list of GPUs is not complete; null when it is.</summary>
    public DriverError? GpusError { get; init; }

    /// <summary>The folders of the Windows driver store that dxcore names, in order; empty but on WSL.</summary>
    public IReadOnlyList<string> DriverStores { get; init; } = [];

    /// <summary>Why dxcore could not be asked; null when it was, or was not to be.</summary>
    public string? DriverStoresError { get; init; }

    /// <summary>What cuDriverGetVersion says; null when it was not asked or failed.</summary>
    public int? CudaDriverVersion { get; init; }

    /// <summary>Why the CUDA library does not tell its version.</summary>
    public string? CudaDriverVersionError { get; init; }

    /// <summary>The compute capability of device 0, such as "8.7"; null when it was not asked or failed.</summary>
    public string? ComputeCapability { get; init; }

    /// <summary>Why the compute capability is not known.</summary>
    public string? ComputeCapabilityError { get; init; }
}

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

/// <summary>A return code of the driver's library with its text.</summary>
/// <param name="Code">The number.</param>
/// <param name="Text">As the library words it, or the built-in name when it has no words.</param>
public sealed record DriverError(int Code, string Text)
{
    /// <summary>The call does not exist for this device or driver.</summary>
    public const int NotSupported = 3;
}
