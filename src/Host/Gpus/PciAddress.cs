namespace GpuContainers.Host.Gpus;

/// <summary>PCI addresses in the kernel's form, <c>0000:3b:00.0</c>.</summary>
public static class PciAddress
{
    /// <summary>
    /// The kernel's form of what NVML tells: lower case, and of an eight-digit domain the first four digits taken off when they are zero.
    /// </summary>
    public static string FromNvml(string busId)
    {
        string lower = busId.ToLowerInvariant();
        return lower.Length > 9 && lower.StartsWith("0000", StringComparison.Ordinal) && lower[8] == ':' && IsHex(lower.AsSpan(4, 4)) ? lower[4..] : lower;
    }

    /// <summary>Compares by domain, bus, device and function as numbers; what is not an address comes last, by its text.</summary>
    public static int Compare(string left, string right)
    {
        (ulong? a, ulong? b) = (Number(left), Number(right));
        if (a is null || b is null)
            return a is null && b is null ? string.CompareOrdinal(left, right) : a is null ? 1 : -1;
        return a.Value.CompareTo(b.Value);
    }

    // Domain (up to 32 bits), bus 8, device 5, function 3, each in its own byte or more.
    private static ulong? Number(ReadOnlySpan<char> address)
    {
        ulong number = 0;
        foreach ((char end, int bits) in (ReadOnlySpan<(char End, int Bits)>)[(':', 32), (':', 8), ('.', 8), ('\0', 8)])
        {
            int length = end == '\0' ? address.Length : address.IndexOf(end);
            if (length < 0 || !uint.TryParse(address[..length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint part)
                || part >> (bits - 1) > 1)
                return null;
            number = (number << bits) | part;
            address = end == '\0' ? default : address[(length + 1)..];
        }
        return number;
    }

    private static bool IsHex(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiHexDigit(c))
                return false;
        }
        return true;
    }
}

/// <summary>The DRM nodes of a GPU, by the kernel's PCI devices.</summary>
public static class DrmNodes
{
    /// <summary>Paths such as <c>/dev/dri/card1</c>, in the order of their bytes; empty when the device has none.</summary>
    /// <param name="files">The host.</param>
    /// <param name="systemRoot">Where <c>sys</c> is: <c>/</c> but in tests.</param>
    /// <param name="busId">The PCI address in the kernel's form.</param>
    public static IReadOnlyList<string> Find(FileTree files, string systemRoot, string busId)
    {
        DirectoryListing listing = files.List(LexicalPath.Join(systemRoot, "/sys/bus/pci/devices", busId, "drm"));
        var nodes = new List<string>(listing.Count);
        for (int i = 0; i < listing.Count; i++)
            nodes.Add("/dev/dri/" + listing.Text(i));
        nodes.Sort(string.CompareOrdinal);
        return nodes;
    }
}
