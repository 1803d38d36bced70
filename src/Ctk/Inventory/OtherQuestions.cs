using GpuContainers.Host.Inventory;
using GpuContainers.Nvml;

namespace GpuContainers.Ctk.Inventory;

/// <summary>What dxcore and the CUDA library answer.</summary>
internal static class OtherQuestions
{
    /// <summary>The driver stores of Windows.</summary>
    public static InventoryReport AskDxCore(InventoryReport report)
    {
        nint library = CudaDriver.Open("libdxcore.so", out string error);
        IReadOnlyList<string> stores = library == 0 ? [] : DxCore.DriverStores(library, out error);
        return report with { DriverStores = stores, DriverStoresError = error.Length == 0 ? null : error };
    }

    /// <summary>CUDA version and compute capability (RT-205); the library comes from the system's loader, not from the driver root.</summary>
    public static InventoryReport AskCuda(InventoryReport report)
    {
        nint library = CudaDriver.Open("libcuda.so.1", out string error);
        if (library == 0)
            return report with { CudaDriverVersionError = error, ComputeCapabilityError = error };
        int? version = CudaDriver.Version(library, out string versionError);
        string? capability = CudaDriver.ComputeCapability(library, out string capabilityError);
        return report with
        {
            CudaDriverVersion = version,
            CudaDriverVersionError = version is null ? versionError : null,
            ComputeCapability = capability,
            ComputeCapabilityError = capability is null ? capabilityError : null,
        };
    }
}
