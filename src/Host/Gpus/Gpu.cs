namespace GpuContainers.Host.Gpus;

/// <summary>One GPU, as far as its source knows it: procfs, or the driver's own library.</summary>
/// <param name="Index">Its place in the order of PCI addresses, as NVML counts.</param>
/// <param name="Name">The product name, such as "NVIDIA H200".</param>
/// <param name="Uuid">"GPU-…"; null when the source does not tell it, or not yet.</param>
/// <param name="Minor">The number in <c>/dev/nvidiaN</c>; null when unknown.</param>
/// <param name="BusId">The PCI address in the kernel's form, such as 0000:3b:00.0; null when the device has none or it is unknown.</param>
/// <param name="IsMigEnabled">Whether it is cut into MIG devices.</param>
/// <param name="IsCoherent">Whether it shares addresses with the processor; null when unknown.</param>
/// <param name="MigDevices">Its MIG devices; empty from procfs.</param>
public sealed record Gpu(
    int Index, string Name, string? Uuid, int? Minor, string? BusId, bool IsMigEnabled, bool? IsCoherent, IReadOnlyList<MigDevice> MigDevices)
{
    /// <summary>
    /// Whether it could be in MIG mode and shows no instance: only the driver's library then knows its mode. With <see cref="IsMigEnabled"/> it is of no use to
    /// any program.
    /// </summary>
    public bool HasNoInstance { get; init; }

    /// <summary>Whether NVML leaves it out of lists of GPUs, while it keeps its index.</summary>
    public bool IsDisplayOnly => Name is "DGX Display" or "NVIDIA DGX Display";

    /// <summary>Whether the name is that of a GPU that is part of a Tegra chip.</summary>
    public bool IsIntegrated => Name.Contains("(nvgpu)", StringComparison.Ordinal) || Name.Contains("NVIDIA Thor", StringComparison.Ordinal);
}

/// <summary>One MIG device of a GPU.</summary>
/// <param name="Index">Its place among the MIG devices of the GPU; there may be gaps.</param>
/// <param name="Uuid">"MIG-…".</param>
/// <param name="GpuInstance">The number of its GPU instance.</param>
/// <param name="ComputeInstance">The number of its compute instance within that.</param>
/// <param name="HasGraphics">Whether its profile can draw.</param>
public sealed record MigDevice(int Index, string Uuid, int GpuInstance, int ComputeInstance, bool HasGraphics);
