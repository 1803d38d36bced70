namespace GpuContainers.Runtime.ContainerCli.Cgroups;

/// <summary>A character device that a container may read and write; never make (CL-120).</summary>
internal readonly record struct DeviceRule(uint Major, uint Minor);
