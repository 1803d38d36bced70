using GpuContainers.Host.Devices;

namespace GpuContainers.Installer.Toolkit;

/// <summary>The driver's control device nodes.</summary>
internal static class ControlNodes
{
    /// <summary>Makes those that are missing below a root's dev.</summary>
    /// <exception cref="DeviceException">The driver is not loaded, or a node cannot be made.</exception>
    public static void Create(string devRoot) => new ControlDevices(DeviceMajors.Read(new DeviceHost(), "failed to create devices info"),
        dryRun: false).Create(devRoot);
}
