namespace GpuContainers.Generation.Modes;

/// <summary>Nodes beside GPUs, as one device <c>all</c>.</summary>
internal static class GatedMode
{
    /// <summary>The nodes of the mode: gds, mofed, gdrcopy or nvswitch.</summary>
    internal static Generated Generate(HostSearch search)
    {
        search.Begin($"{search.Options.Mode.ToText()} nodes", ExplanationRules.GatedNodes, isDevice: true);
        List<DeviceNode> nodes = search.Nodes.Match(search.Options.Mode switch
        {
            GenerationMode.Gds => ["/dev/nvidia-fs*"],
            GenerationMode.Mofed => ["/dev/infiniband/uverbs*", "/dev/infiniband/rdma_cm"],
            GenerationMode.Gdrcopy => ["/dev/gdrdrv"],
            _ => ["/dev/nvidia-nvswitchctl", "/dev/nvidia-nvswitch*"],
        });
        var edits = new ContainerEdits
        {
            DeviceNodes = nodes,
            AdditionalGids = search.Nodes.GroupsOf(nodes),
            Mounts = search.Options.Mode == GenerationMode.Gds && nodes.Count > 0 ? StorageMounts(search) : [],
        };
        return new Generated([new CdiDevice { Name = "all", ContainerEdits = edits }], ContainerEdits.Empty);
    }

    private static List<Mount> StorageMounts(HostSearch search)
    {
        var mounts = new List<Mount>();
        string udev = search.Root.Join("/run/udev"), settings = search.Root.Join("/etc/cufile.json");
        search.AddMounts(mounts, "/run/udev", search.Files.IsDirectory(udev) ? [udev] : []);
        search.AddMounts(mounts, "/etc/cufile.json", search.Files.IsFile(settings) ? [settings] : []);
        return mounts;
    }
}
