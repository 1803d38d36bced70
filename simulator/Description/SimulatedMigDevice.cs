namespace GpuContainers.Simulator.Description;

/// <summary>A MIG device with everything decided.</summary>
/// <param name="Index">Its place among the MIG devices of the GPU.</param>
/// <param name="Uuid">"MIG-…".</param>
/// <param name="GpuInstance">The GPU instance's number.</param>
/// <param name="ComputeInstance">The compute instance's number.</param>
/// <param name="Profile">Its profile.</param>
internal sealed record SimulatedMigDevice(uint Index, string Uuid, uint GpuInstance, uint ComputeInstance, MigProfile Profile);
