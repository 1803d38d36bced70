
namespace GpuContainers.Runtime.ContainerCli.Driver;

/// <summary>What the driver's files are for.</summary>
[Flags]
internal enum LibraryGroup
{
    None = 0,
    Utility = 1,
    Compute = 2,
    Ngx = 4,
    Video = 8,
    Graphics = 16,
    DxCore = 32,
}
