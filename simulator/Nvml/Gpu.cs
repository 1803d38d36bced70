namespace GpuContainers.Simulator.Nvml;

/// <summary>A GPU as NVML tells of it.</summary>
internal sealed record Gpu(
    bool IsThere, uint Minor, string Uuid, string BusId, ulong MemoryMiB, string Addressing, bool MigCapable, bool MigEnabled, string ComputeCapability,
    string Model)
{
    internal List<MigDevice> Mig { get; } = [];
}
