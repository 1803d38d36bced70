namespace GpuContainers.Ctk.Devices;

/// <summary>A character device of the host.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Major">Its major number.</param>
/// <param name="Minor">Its minor number.</param>
internal sealed record HostNode(string Path, uint Major, uint Minor);
