using GpuContainers.Host.Driver;

namespace GpuContainers.Generation.Modes;

/// <summary>Nodes beside GPUs, as one device <c>all</c>.</summary>
internal static class GatedMode
{
    /// <summary>The nodes of the mode: gds, mofed, gdrcopy or nvswitch.</summary>
    internal static Generated Generate(GenerationMode mode, DriverRoot root, NodeSearch search, SearchNotes notes)
    {
        notes.Begin($"{mode.ToText()} nodes", ExplanationRules.GatedNodes, isDevice: true);
        List<DeviceNode> nodes = search.Match(mode switch
        {
            GenerationMode.Gds => ["/dev/nvidia-fs*"],
            GenerationMode.Mofed => ["/dev/infiniband/uverbs*", "/dev/infiniband/rdma_cm"],
            GenerationMode.Gdrcopy => ["/dev/gdrdrv"],
            _ => ["/dev/nvidia-nvswitchctl", "/dev/nvidia-nvswitch*"],
        });
        var edits = new ContainerEdits
        {
            DeviceNodes = nodes,
            AdditionalGids = search.GroupsOf(nodes),
            Mounts = mode == GenerationMode.Gds && nodes.Count > 0 ? StorageMounts(root, notes) : [],
        };
        return new Generated([new CdiDevice { Name = "all", ContainerEdits = edits }], ContainerEdits.Empty);
    }

    private static List<Mount> StorageMounts(DriverRoot root, SearchNotes notes)
    {
        var mounts = new List<Mount>();
        string udev = root.Join("/run/udev"), settings = root.Join("/etc/cufile.json");
        notes.AddMounts(mounts, "/run/udev", root.Files.IsDirectory(udev) ? [udev] : []);
        notes.AddMounts(mounts, "/etc/cufile.json", root.Files.IsFile(settings) ? [settings] : []);
        return mounts;
    }
}
