using GpuContainers.Host;
using GpuContainers.Host.Driver;

namespace GpuContainers.Runtime.Create;

/// <summary>The look at the host that chooses between modes (RT-142, RT-143).</summary>
internal static class HostPlatform
{
    /// <summary>Whether the host is a Tegra. The host root counts, whatever driver root is configured; a probe that fails says no (RT-144).</summary>
    public static bool IsTegra(HostContext host) =>
        Platform.Resolve(new DriverRoot(host.Files), host.Proc, new DxCoreLibrary(host, [])) == PlatformKind.Tegra;
}
