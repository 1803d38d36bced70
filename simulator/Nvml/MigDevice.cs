namespace GpuContainers.Simulator.Nvml;

/// <summary>A MIG device as NVML tells of it.</summary>
internal sealed record MigDevice(
    uint Index, string Uuid, uint GpuInstance, uint ComputeInstance, uint Slices, uint MemoryGb, uint ProfileNumber, uint ProfileId, uint ComputeNumber);
