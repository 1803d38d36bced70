namespace GpuContainers.Simulator.Description;

/// <summary>A GPU with everything decided.</summary>
/// <param name="Index">Its place in the order of NVML; -1 for one that NVML does not count.</param>
/// <param name="Minor">The N of /dev/nvidiaN.</param>
/// <param name="Uuid">"GPU-…".</param>
/// <param name="BusId">Such as "0000:18:00.0".</param>
/// <param name="Source">What the description says.</param>
/// <param name="Mig">Its MIG devices; null when MIG is off.</param>
internal sealed record SimulatedGpu(
    int Index, uint Minor, string Uuid, string BusId, GpuDescription Source, IReadOnlyList<SimulatedMigDevice>? Mig);
