using System.Globalization;
using System.Text;
using GpuContainers.Host;
using GpuContainers.Host.Devices;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.Devices;

/// <summary>The vendor's GPUs on the PCI bus.</summary>
internal static class PciGpus
{
    private const uint Vendor = 0x10de;
    private static readonly uint[] s_classes = [0x030000, 0x030200];

    /// <summary>How many there are, SR-IOV virtual functions left out; functions of other vendors are not looked at (CT-190, CT-191).</summary>
    /// <exception cref="HostException">The bus cannot be listed (CT-192).</exception>
    public static int Count(DeviceHost host)
    {
        if (!HostDirectory.TryNames(host.PciDevices, out IReadOnlyList<string> names, out Errno error))
            throw new HostException($"failed to get GPU information: open {host.PciDevices}: {error.Describe()}");
        return names.Count(name => IsGpu(host.PciDevices + "/" + name));
    }

    // A function that vanishes meanwhile is none.
    private static bool IsGpu(string function) =>
        Read(function + "/vendor") == Vendor
        && Read(function + "/class") is { } kind && s_classes.AsSpan().Contains(kind)
        && !HostFile.TryStatus(function + "/physfn", followLinks: false, out _);

    private static uint? Read(string path)
    {
        if (!HostFile.TryReadAll(path, 64, out byte[] bytes, out _))
            return null;
        string text = Encoding.ASCII.GetString(bytes).Trim();
        return text.StartsWith("0x", StringComparison.Ordinal)
            && uint.TryParse(text.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out uint value) ? value : null;
    }
}
