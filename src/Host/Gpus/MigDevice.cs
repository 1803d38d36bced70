namespace GpuContainers.Host.Gpus;

/// <summary>One MIG device of a GPU.</summary>
/// <param name="Index">Its place among the MIG devices of the GPU; there may be gaps.</param>
/// <param name="Uuid">"MIG-…".</param>
/// <param name="GpuInstance">The number of its GPU instance.</param>
/// <param name="ComputeInstance">The number of its compute instance within that.</param>
/// <param name="HasGraphics">Whether its profile can draw.</param>
public sealed record MigDevice(int Index, string Uuid, int GpuInstance, int ComputeInstance, bool HasGraphics);
