namespace GpuContainers.Host.Inventory;

/// <summary>What the child is to find out; each has its flag on the child's command line.</summary>
[Flags]
public enum InventoryQuestions
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Driver version, CUDA version, GPUs and MIG devices, by NVML (<c>--nvml</c>).</summary>
    Nvml = 1,

    /// <summary>The driver stores of Windows, by dxcore (<c>--dxcore</c>).</summary>
    DriverStores = 2,

    /// <summary>CUDA version and compute capability of device 0, by the CUDA library (<c>--cuda</c>).</summary>
    Cuda = 4,
}
