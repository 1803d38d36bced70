using System.Globalization;
using System.Text;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.Devices;

/// <summary>The majors of the driver's character devices, from /proc/devices.</summary>
internal sealed class DeviceMajors
{
    private const long Limit = 1 << 20;

    private readonly Dictionary<string, uint> _majors = [];

    private DeviceMajors(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            // Block devices have numbers of their own (CT-180).
            if (line.StartsWith("Block devices", StringComparison.Ordinal))
                break;
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 2 && words[1].StartsWith("nvidia", StringComparison.Ordinal)
                && uint.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out uint major))
                _majors[words[1]] = major;
        }
    }

    /// <summary>Reads the majors of a host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="step">What the error begins with.</param>
    /// <exception cref="DeviceException">There are none: the driver is not loaded (CT-181).</exception>
    public static DeviceMajors Read(DeviceHost host, string step)
    {
        // A missing file is a host without the driver (CT-181).
        byte[] text = HostFile.TryReadAll(host.Devices, Limit, out byte[] bytes, out Errno error) ? bytes : [];
        if (error is not (Errno.None or Errno.ENOENT))
            throw new DeviceException(DeviceFault.Information, $"{step}: open {host.Devices}: {error.Describe()}");
        var majors = new DeviceMajors(Encoding.UTF8.GetString(text));
        return majors._majors.Count > 0
            ? majors
            : throw new DeviceException(
                DeviceFault.NoDriver, $"{step}: no NVIDIA devices found; load the driver's kernel module, for example with --load-kernel-modules");
    }

    /// <summary>The major of a name, or null; "nvidia" is called "nvidia-frontend" by drivers before 550.40 (CT-182).</summary>
    public uint? Find(string name)
    {
        if (_majors.TryGetValue(name, out uint major))
            return major;
        return name == "nvidia" && _majors.TryGetValue("nvidia-frontend", out major) ? major : null;
    }
}
