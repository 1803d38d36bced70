using GpuContainers.Host.Gpus;

namespace GpuContainers.Host.Devices;

/// <summary>The majors of the driver's character devices, from /proc/devices.</summary>
public sealed class DeviceMajors
{
    private readonly CharacterMajors _majors;

    private DeviceMajors(CharacterMajors majors) => _majors = majors;

    /// <summary>Reads the majors of a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="step">What the error begins with.</param>
    /// <exception cref="HostException">There are none: the driver is not loaded.</exception>
    public static DeviceMajors Read(DeviceHost host, string step)
    {
        var majors = CharacterMajors.From(host.Devices, out Errno error);
        // A missing file is a host without the driver (CT-181).
        if (error is not (Errno.None or Errno.ENOENT))
            throw new HostException($"{step}: open {host.Devices}: {error.Describe()}");
        return majors.Count > 0
            ? new DeviceMajors(majors)
            : throw new HostException(
                $"{step}: no NVIDIA devices found; load the driver's kernel module, for example with --load-kernel-modules");
    }

    /// <summary>The major of a name, or null.</summary>
    public uint? Find(string name) => _majors.Find(name);
}

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
