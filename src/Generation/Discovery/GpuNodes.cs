using GpuContainers.Host.Files;

namespace GpuContainers.Generation.Discovery;

/// <summary>The nodes of a full GPU or a MIG device, with the links to its DRM nodes; and those that every container with a GPU needs.</summary>
/// <param name="files">The files of the host.</param>
/// <param name="systemRoot">Where the host's own <c>proc</c> and <c>sys</c> are.</param>
/// <param name="search">Finds nodes.</param>
/// <param name="hooks">Makes the hooks.</param>
/// <param name="notes">Takes notes of the search.</param>
internal sealed class GpuNodes(FileTree files, string systemRoot, NodeSearch search, HookCreator hooks, SearchNotes notes)
{
    private MigMinors? _minors;

    /// <summary>The paths of the control nodes in NVIDIA's order.</summary>
    internal static readonly string[] ControlPaths = ["/dev/nvidia-modeset", "/dev/nvidia-uvm-tools", "/dev/nvidia-uvm", "/dev/nvidiactl"];

    /// <summary>The control nodes that the host has, with their groups.</summary>
    internal ContainerEdits Control()
    {
        notes.Begin("control nodes", ExplanationRules.ControlNodes);
        List<DeviceNode> nodes = search.FindAll(ControlPaths);
        return new ContainerEdits { DeviceNodes = nodes, AdditionalGids = search.GroupsOf(nodes) };
    }

    /// <summary>A full GPU: its node, its DRM nodes, the by-path links, and the hook for the folder of the DRM nodes (DS-88 to DS-92, GN-15).</summary>
    /// <exception cref="GenerationException">The minor of the GPU is not known.</exception>
    internal ContainerEdits Full(Gpu gpu)
    {
        notes.Begin($"GPU {gpu.Index}", ExplanationRules.GpuNodes, isDevice: true);
        var nodes = new List<DeviceNode>();
        AddNode(nodes, GpuPath(gpu));
        AddDrmNodes(nodes, gpu);
        return new ContainerEdits
        {
            DeviceNodes = nodes,
            AdditionalGids = search.GroupsOf(nodes),
            Hooks = [.. ByPathLinks(nodes, gpu), .. hooks.Chmod(FoldersOf(nodes))],
        };
    }

    /// <summary>Looks at the control nodes and those of full GPUs; the answers are kept for <see cref="Control"/> and <see cref="Full"/>.</summary>
    /// <param name="gpus">The GPUs, as far as they are known.</param>
    internal void LookAhead(IEnumerable<Gpu> gpus)
    {
        foreach (Gpu gpu in gpus)
        {
            if (gpu.Minor is not null)
                Look(GpuPath(gpu));
            if (gpu.BusId is not { } bus)
                continue;
            foreach (string path in DrmNodes.Find(files, systemRoot, bus))
                Look(path);
            foreach (string link in ByPathNames(bus))
                _ = files.ReadLink(link);
        }
        foreach (string path in ControlPaths)
            Look(path);
    }

    private void Look(string path) => _ = files.TryNode(search.HostPath(path), out _, out _);

    private string[] ByPathNames(string bus) => [search.HostPath($"/dev/dri/by-path/pci-{bus}-card"), search.HostPath($"/dev/dri/by-path/pci-{bus}-render")];

    /// <summary>A MIG device: the node of its GPU, the two capability nodes, and the DRM nodes if its profile can draw (DS-93).</summary>
    /// <exception cref="GenerationException">A capability has no node number.</exception>
    internal ContainerEdits Mig(Gpu parent, MigDevice mig)
    {
        notes.Begin($"MIG device {parent.Index}:{mig.Index}", ExplanationRules.MigNodes, isDevice: true);
        _minors ??= MigMinors.Read(systemRoot);
        string instance = $"gpu{parent.Minor}/gi{mig.GpuInstance}";
        var nodes = new List<DeviceNode>();
        AddNode(nodes, GpuPath(parent));
        AddNode(nodes, CapabilityPath($"{instance}/access", "GI"));
        AddNode(nodes, CapabilityPath($"{instance}/ci{mig.ComputeInstance}/access", "CI"));
        Hook[] links = [];
        if (mig.HasGraphics)
        {
            AddDrmNodes(nodes, parent);
            links = ByPathLinks(nodes, parent);
        }
        return new ContainerEdits { DeviceNodes = nodes, AdditionalGids = search.GroupsOf(nodes), Hooks = links };
    }

    /// <summary>The folders of these nodes whose mode may need a change (DS-92).</summary>
    internal static IReadOnlyList<string> FoldersOf(IReadOnlyList<DeviceNode> nodes)
    {
        var folders = new List<string>();
        foreach (DeviceNode node in nodes.Items())
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

    private void AddNode(List<DeviceNode> nodes, string path)
    {
        if (search.Find(path) is { } node)
            nodes.Add(node);
        else
            Log.Warning(
                $"Could not locate device node {search.HostPath(path)}; make it with: nvidia-ctk system create-device-nodes, or " +
                "nvidia-modprobe -u");
    }

    private void AddDrmNodes(List<DeviceNode> nodes, Gpu gpu)
    {
        if (gpu.BusId is { } bus)
            nodes.AddRange(search.FindAll([.. DrmNodes.Find(files, systemRoot, bus)]));
    }

    // The link keeps the device root as prefix (DS-90, DS-91).
    private Hook[] ByPathLinks(List<DeviceNode> nodes, Gpu gpu)
    {
        if (nodes.Count == 0 || gpu.BusId is not { } bus)
            return [];
        var links = new List<string>();
        foreach (string link in ByPathNames(bus))
        {
            string? target = files.ReadLink(link);
            notes.Note(link, target is null ? null : link);
            if (target is null)
                continue;
            string node = target.StartsWith('/') ? target : LexicalPath.Join(LexicalPath.Parent(link), target);
            if (nodes.Exists(found => NodeSearch.HostPathOf(found) == node))
                links.Add($"{target}::{link}");
        }
        return hooks.CreateSymlinks(links);
    }

    // The driver numbers the capability nodes anew with each load, so the numbers come from its table (DS-94, DS-95).
    private string CapabilityPath(string capability, string kind)
    {
        string file = MigMinors.PathBelow(systemRoot);
        if (_minors is null)
            throw Incomplete($"error getting MIG capability device paths: there is no {file}; the kernel module was loaded without MIG capabilities");
        return _minors.MinorOf(capability) is { } minor
            ? $"/dev/nvidia-caps/nvidia-cap{minor}"
            : throw Incomplete($"failed to get {kind} cap device path: invalid MIG capability path {capability}: it is not in {file}");
    }

    private static GenerationException Incomplete(string message) => new(GenerationStep.Devices, message);
}
