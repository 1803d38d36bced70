namespace GpuContainers.Host.Gpus;

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
