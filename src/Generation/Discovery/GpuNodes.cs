namespace GpuContainers.Generation.Discovery;

/// <summary>The nodes of a full GPU or a MIG device, with the links to its DRM nodes.</summary>
internal static class GpuNodes
{
    /// <summary>A full GPU: its node, its DRM nodes, the by-path links, and the hook for the folder of the DRM nodes (DS-88 to DS-92, GN-15).</summary>
    /// <exception cref="GenerationException">The minor of the GPU is not known.</exception>
    internal static ContainerEdits Full(HostSearch search, Gpu gpu)
    {
        search.Begin($"GPU {gpu.Index}", ExplanationRules.GpuNodes, isDevice: true);
        var nodes = new List<DeviceNode>();
        AddNode(search, nodes, GpuPath(gpu));
        AddDrmNodes(search, nodes, gpu);
        return new ContainerEdits
        {
            DeviceNodes = nodes,
            AdditionalGids = search.Nodes.GroupsOf(nodes),
            Hooks = [.. ByPathLinks(search, nodes, gpu), .. search.Hooks.Chmod(FoldersOf(nodes))],
        };
    }

    /// <summary>A MIG device: the node of its GPU, the two capability nodes, and the DRM nodes if its profile can draw (DS-93).</summary>
    /// <exception cref="GenerationException">A capability has no node number.</exception>
    internal static ContainerEdits Mig(HostSearch search, MigMinors? minors, Gpu parent, MigDevice mig)
    {
        search.Begin($"MIG device {parent.Index}:{mig.Index}", ExplanationRules.MigNodes, isDevice: true);
        string instance = $"gpu{parent.Minor}/gi{mig.GpuInstance}";
        var nodes = new List<DeviceNode>();
        AddNode(search, nodes, GpuPath(parent));
        AddNode(search, nodes, CapabilityPath(search, minors, $"{instance}/access", "GI"));
        AddNode(search, nodes, CapabilityPath(search, minors, $"{instance}/ci{mig.ComputeInstance}/access", "CI"));
        IReadOnlyList<Hook> hooks = [];
        if (mig.HasGraphics)
        {
            AddDrmNodes(search, nodes, parent);
            hooks = ByPathLinks(search, nodes, parent);
        }
        return new ContainerEdits { DeviceNodes = nodes, AdditionalGids = search.Nodes.GroupsOf(nodes), Hooks = hooks };
    }

    /// <summary>The folders of these nodes whose mode may need a change (DS-92).</summary>
    internal static IReadOnlyList<string> FoldersOf(IReadOnlyList<DeviceNode> nodes)
    {
        var folders = new List<string>();
        foreach (DeviceNode node in nodes)
        {
            string folder = LexicalPath.Parent(node.Path);
            if (folder is "/dev/dri" or "/dev/nvidia-caps" && !folders.Contains(folder))
                folders.Add(folder);
        }
        return folders;
    }

    /// <summary>The node of a GPU in a container.</summary>
    /// <exception cref="GenerationException">Its minor is not known.</exception>
    internal static string GpuPath(Gpu gpu) => gpu.Minor is { } minor
        ? $"/dev/nvidia{minor}"
        : throw new GenerationException(
            GenerationStep.Devices,
                $"error getting device node path: error getting GPU device minor number: GPU {gpu.Index} has none; check nvidia-smi -q");

    private static void AddNode(HostSearch search, List<DeviceNode> nodes, string path)
    {
        if (search.Nodes.Find(path) is { } node)
            nodes.Add(node);
        else
            Log.Warning(
                $"Could not locate device node {LexicalPath.Join(search.Root.DevPath, path)}; make it with: nvidia-ctk system create-device-nodes, or " +
                "nvidia-modprobe -u");
    }

    private static void AddDrmNodes(HostSearch search, List<DeviceNode> nodes, Gpu gpu)
    {
        if (gpu.BusId is { } bus)
            nodes.AddRange(search.Nodes.FindAll([.. DrmNodes.Find(search.Files, search.Host.SystemRoot, bus)]));
    }

    // The link keeps the device root as prefix (DS-90, DS-91).
    private static IReadOnlyList<Hook> ByPathLinks(HostSearch search, List<DeviceNode> nodes, Gpu gpu)
    {
        if (nodes.Count == 0 || gpu.BusId is not { } bus)
            return [];
        var links = new List<string>();
        foreach (string kind in (ReadOnlySpan<string>)["card", "render"])
        {
            string link = LexicalPath.Join(search.Root.DevPath, $"/dev/dri/by-path/pci-{bus}-{kind}");
            string? target = search.Files.ReadLink(link);
            search.Note(link, target is null ? null : link);
            if (target is null)
                continue;
            string node = target.StartsWith('/') ? target : LexicalPath.Join(LexicalPath.Parent(link), target);
            if (nodes.Exists(found => NodeSearch.HostPathOf(found) == node))
                links.Add($"{target}::{link}");
        }
        return search.Hooks.CreateSymlinks(links);
    }

    // The driver numbers the capability nodes anew with each load, so the numbers come from its table (DS-94, DS-95).
    private static string CapabilityPath(HostSearch search, MigMinors? minors, string capability, string kind)
    {
        string file = MigMinors.PathBelow(search.Host.SystemRoot);
        if (minors is null)
            throw Incomplete($"error getting MIG capability device paths: there is no {file}; the kernel module was loaded without MIG capabilities");
        return minors.MinorOf(capability) is { } minor
            ? $"/dev/nvidia-caps/nvidia-cap{minor}"
            : throw Incomplete($"failed to get {kind} cap device path: invalid MIG capability path {capability}: it is not in {file}");
    }

    private static GenerationException Incomplete(string message) => new(GenerationStep.Devices, message);
}
