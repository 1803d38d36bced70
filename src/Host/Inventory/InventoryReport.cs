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
