namespace GpuContainers.Host.Devices;

/// <summary>The vendor's GPUs on the PCI bus.</summary>
public static class PciGpus
{
    private const uint Vendor = 0x10de;
    private static readonly uint[] s_classes = [0x030000, 0x030200];

    /// <summary>How many there are, SR-IOV virtual functions left out; functions of other vendors are not looked at.</summary>
    /// <exception cref="HostException">The bus cannot be listed.</exception>
    // What counts is the vendor, the class, and that it is a function of its own (CT-190 to CT-192).
    public static int Count(DeviceHost host)
    {
        if (!HostDirectory.TryNames(host.PciDevices, out IReadOnlyList<string> names, out Errno error))
            throw new HostException($"failed to get GPU information: open {host.PciDevices}: {error.Describe()}");
        int count = 0;
        foreach (string name in names)
            count += IsGpu(host.PciDevices + "/" + name) ? 1 : 0;
        return count;
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
