using GpuContainers.Cdi;

namespace GpuContainers.Generation;

/// <summary>What a mode found: devices with their names, and what every container gets with any of them.</summary>
/// <param name="Devices">The devices.</param>
/// <param name="Common">The edits common to all.</param>
internal sealed record Generated(List<CdiDevice> Devices, ContainerEdits Common);
