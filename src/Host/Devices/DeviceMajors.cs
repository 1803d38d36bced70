using System.Buffers.Text;
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

/// <summary>What the driver's kernel module says about a device node, in <c>/proc/driver/nvidia/params</c> or in the file of a capability.</summary>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The group.</param>
/// <param name="Mode">The permissions.</param>
/// <param name="MayChange">Whether programs may make nodes and change them.</param>
/// <param name="Minor">The minor number; null where the file tells none.</param>
public sealed record DeviceFileParameters(uint Uid, uint Gid, UnixFileMode Mode, bool MayChange, uint? Minor)
{
    private const long MaximumSize = 1 << 16;

    /// <summary>What holds where nothing is said.</summary>
    // Everybody may use the GPUs (CL-140).
    public static DeviceFileParameters Default { get; } = new(0, 0, FileModes.SharedFile, true, null);

    /// <summary>Reads a file of the module.</summary>
    public static bool TryRead(string path, out DeviceFileParameters parameters, out Errno error)
    {
        bool isRead = HostFile.TryReadAll(path, MaximumSize, out byte[] text, out error);
        parameters = isRead ? Parse(text) : Default;
        return isRead;
    }

    /// <summary>Reads a file of the module; what cannot be read says nothing.</summary>
    public static DeviceFileParameters Read(string path)
    {
        _ = TryRead(path, out DeviceFileParameters parameters, out _);
        return parameters;
    }

    /// <summary>Reads the text of such a file: a name, a colon, a number in each line.</summary>
    public static DeviceFileParameters Parse(ReadOnlySpan<byte> text)
    {
        DeviceFileParameters found = Default;
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int colon = line.IndexOf((byte)':');
            ReadOnlySpan<byte> value = colon < 0 ? [] : line[(colon + 1)..].Trim((byte)' ');
            if (Utf8Parser.TryParse(value, out uint number, out int length) && length == value.Length)
                found = With(found, line[..colon], number);
        }
        return found;
    }

    private static DeviceFileParameters With(DeviceFileParameters found, ReadOnlySpan<byte> name, uint value) =>
        name.SequenceEqual("DeviceFileUID"u8) ? found with { Uid = value }
        : name.SequenceEqual("DeviceFileGID"u8) ? found with { Gid = value }
        : name.SequenceEqual("DeviceFileMode"u8) ? found with { Mode = (UnixFileMode)value & FileModes.All }
        : name.SequenceEqual("DeviceFileMinor"u8) ? found with { Minor = value }
        : name.SequenceEqual("ModifyDeviceFiles"u8) || name.SequenceEqual("DeviceFileModify"u8) ? found with { MayChange = value == 1 }
        : found;
}
