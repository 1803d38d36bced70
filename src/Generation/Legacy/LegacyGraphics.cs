using GpuContainers.Host.Driver;

namespace GpuContainers.Generation.Legacy;

/// <summary>Graphics for containers of legacy mode: DRM nodes by what was requested, and the graphics files.</summary>
public static class LegacyGraphics
{
    /// <summary>The edits; the hook for the DRM nodes precedes that for the libraries.</summary>
    /// <param name="options">Driver root, device root and hook program; the list of disabled hooks does not count here.</param>
    /// <param name="devices">The visible devices: <c>all</c>, indices, minors, UUIDs, PCI addresses; <c>none</c>, <c>void</c> and the empty name select
    /// nothing.</param>
    /// <param name="host">The machine.</param>
    /// <exception cref="GenerationException">The driver's version or library folders are not known.</exception>
    public static ContainerEdits Find(GenerationOptions options, IReadOnlyList<string> devices, HostContext host)
    {
        var parts = new Wiring(options with { Mode = GenerationMode.Nvml, DisabledHooks = [], EnabledHooks = [] }, host);
        try
        {
            ContainerEdits files = parts.Graphics.Find();
            return DrmNodesOf(parts.Root, host.SystemRoot, parts.NodeSearch, parts.Hooks, devices).Append(files);
        }
        catch (HostException problem)
        {
            throw new GenerationException(
                GenerationStep.Devices,
                $"failed to create mounts discoverer: failed to construct discoverer for graphics libraries: failed to get driver version: {problem.Message}",
                problem);
        }
    }

    private static ContainerEdits DrmNodesOf(
        DriverRoot root, string systemRoot, NodeSearch search, HookCreator hooks, IReadOnlyList<string> devices)
    {
        var allowed = new HashSet<string>();
        Gpu[] gpus = [.. new NvidiaProc(root.Files, root.DevPath).Gpus()];
        foreach (Gpu gpu in gpus)
        {
            if (IsVisible(gpu, gpus.Length, devices) && gpu.BusId is { } bus)
                allowed.UnionWith(DrmNodes.Find(root.Files, systemRoot, bus));
        }
        // Cards first, then the nodes for rendering; other kinds of DRM nodes are not given (DS-60).
        List<DeviceNode> nodes = search.Match("/dev/dri/card*", "/dev/dri/renderD*");
        nodes.RemoveAll(node => !allowed.Contains(node.Path));
        return new ContainerEdits
        {
            DeviceNodes = nodes,
            AdditionalGids = search.GroupsOf(nodes),
            Hooks = hooks.CreateSymlinks(ByPathLinks(root, nodes)),
        };
    }

    // An index is that of NVML; what is not an index of a GPU may still be its minor (RT-231).
    private static bool IsVisible(Gpu gpu, int count, IReadOnlyList<string> devices)
    {
        foreach (string device in devices)
        {
            // The first of these words decides for the whole list, whatever else stands there.
            if (device is "all" or "none" or "void" or "")
                return device == "all";
        }
        foreach (string device in devices)
        {
            bool isIndex = uint.TryParse(device, out uint number) && number < count;
            if (device == gpu.Uuid || device == gpu.BusId || device == $"{(isIndex ? gpu.Index : gpu.Minor)}")
                return true;
        }
        return false;
    }

    // The links as they are, without the device root (RT-232).
    private static List<string> ByPathLinks(DriverRoot root, List<DeviceNode> nodes)
    {
        var links = new List<string>();
        if (nodes.Count == 0)
            return links;
        foreach (string path in root.Files.Glob(root.DevPath, "/dev/dri/by-path/pci-*-*"))
        {
            if (root.Files.ReadLink(path) is { } target && nodes.Exists(node => LexicalPath.Base(node.Path) == LexicalPath.Base(target)))
                links.Add($"{target}::{(root.DevPath == "/" ? path : path[root.DevPath.Length..])}");
        }
        return links;
    }
}
