using GpuContainers.Cdi;

namespace GpuContainers.Generation.Modes;

/// <summary>One device that was found, before it has names.</summary>
/// <param name="Index">The index of the GPU.</param>
/// <param name="MigIndex">The index of the MIG device on it; null for a full GPU.</param>
/// <param name="Uuid">The UUID; empty when there is none.</param>
/// <param name="Edits">What a container gets with it.</param>
/// <param name="IsCoherent">The coherent annotation; null for none.</param>
internal sealed record DeviceEntry(int Index, int? MigIndex, string Uuid, ContainerEdits Edits, bool? IsCoherent = null);
