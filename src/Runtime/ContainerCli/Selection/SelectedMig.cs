using GpuContainers.Host.Gpus;

namespace GpuContainers.Runtime.ContainerCli.Selection;

/// <summary>A MIG device and the GPU it is on.</summary>
internal sealed record SelectedMig(Gpu Gpu, MigDevice Device)
{
    /// <summary>The capability file of its GPU instance.</summary>
    internal string GpuInstanceAccess => $"/proc/driver/nvidia/capabilities/gpu{Gpu.Minor}/mig/gi{Device.GpuInstance}/access";

    /// <summary>The capability file of its compute instance.</summary>
    internal string ComputeInstanceAccess => $"/proc/driver/nvidia/capabilities/gpu{Gpu.Minor}/mig/gi{Device.GpuInstance}/ci{Device.ComputeInstance}/access";
}
