namespace GpuContainers.Host.Devices;

/// <summary>Where the kernel tells about devices.</summary>
/// <param name="SystemRoot">What stands before /proc, /sys and /dev: empty but in tests.</param>
public sealed record DeviceHost(string SystemRoot = "")
{
    /// <summary>Majors by name.</summary>
    public string Devices => SystemRoot + "/proc/devices";

    /// <summary>The loaded kernel modules.</summary>
    public string Modules => SystemRoot + "/proc/modules";

    /// <summary>Minors of MIG capabilities.</summary>
    public string MigMinors => SystemRoot + "/proc/driver/nvidia-caps/mig-minors";

    /// <summary>The PCI functions.</summary>
    public string PciDevices => SystemRoot + "/sys/bus/pci/devices";
}
