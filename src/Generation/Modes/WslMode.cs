using GpuContainers.Host.Driver;
using GpuContainers.Host.Inventory;
using GpuContainers.Host.Wsl;

namespace GpuContainers.Generation.Modes;

/// <summary>The paravirtual GPU of WSL: one node, and the driver of Windows from its store.</summary>
internal static class WslMode
{
    // Whatever else the driver store has is mounted too (DS-127).
    private static readonly string[] s_additional = ["*.so*", "*.bin", "*.dll"];

    /// <summary>The device <c>all</c> and the driver's files.</summary>
    /// <exception cref="GenerationException">There is no driver store with a driver.</exception>
    internal static Generated Generate(HostSearch search) => Generated.From(() => [Device(search)], () => Common(search));

    private static CdiDevice Device(HostSearch search)
    {
        search.Begin("WSL node", ExplanationRules.WslNode, isDevice: true);
        List<DeviceNode> nodes = search.Nodes.FindAll("/dev/dxg");
        return new CdiDevice { Name = "all", ContainerEdits = new ContainerEdits { DeviceNodes = nodes, AdditionalGids = search.Nodes.GroupsOf(nodes) } };
    }

    // The driver store stays where it is, so only the loader and nvidia-smi need links (DS-125).
    private static ContainerEdits Common(HostSearch search)
    {
        string? dxcore = new DxCoreLibrary(search.Host, search.Options.LibrarySearchPaths).Find(search.Root);
        string store = Store(search, dxcore ?? "");
        search.Begin("WSL driver store", ExplanationRules.WslDriver);
        var loader = new List<Mount>();
        string folder = LexicalPath.Join(search.Host.SystemRoot, DxCoreLibrary.Folder);
        // Where WSL has not put it in its own folder, the one that was asked is the one that works (DS-139).
        if (dxcore is not null && !search.Files.IsFile(LexicalPath.Join(folder, DxCoreLibrary.Name)))
            folder = LexicalPath.Parent(dxcore);
        AddFile(search, loader, folder, DxCoreLibrary.Name);
        var required = new List<Mount>();
        foreach (string name in DriverStore.Files)
            AddFile(search, required, store, name);
        List<Mount> additional = Additional(search, store);
        Mount? smi = required.Find(static mount => LexicalPath.Base(mount.ContainerPath) == "nvidia-smi");
        if (smi is null)
            Log.Warning($"no nvidia-smi in {store}: the container gets no link to it");
        List<Hook> hooks = [.. search.Hooks.CreateSymlinks(smi is null ? [] : [$"{smi.ContainerPath}::/usr/bin/nvidia-smi"])];
        IReadOnlyList<string> folders = LibraryFolderNames.Find([.. required, .. loader]);
        if (folders.Count > 0)
            hooks.AddRange(search.Hooks.UpdateLdcache(folders));
        return new ContainerEdits { Mounts = [.. loader, .. required, .. additional], Hooks = hooks };
    }

    // Of several driver stores the one with libcuda counts (DS-124).
    private static string Store(HostSearch search, string dxcore)
    {
        InventoryReport report = search.Host.Child.Ask(InventoryQuestions.DriverStores, dxcore);
        if (report.DriverStoresError is { } error)
            throw new GenerationException(
                GenerationStep.Identification, $"failed to initialize dxcore: {error}; update WSL (wsl --update) and the driver of Windows");
        if (report.DriverStores.Count == 0)
            throw new GenerationException(GenerationStep.Identification, "no driver store paths found; install an NVIDIA driver for WSL on Windows");
        if (report.DriverStores.Count > 1)
            Log.Warning($"several WSL driver stores: {string.Join(", ", report.DriverStores)}");
        foreach (string store in report.DriverStores)
        {
            if (search.Files.IsFile(LexicalPath.Join(store, "libcuda.so.1.1")))
                return store;
        }
        throw new GenerationException(
            GenerationStep.Devices,
            "failed to find NVIDIA driver store path: failed to locate libcuda.so.1.1 at WSL driver store paths: "
            + $"{string.Join(", ", report.DriverStores)}: libcuda.so.1.1: not found");
    }

    private static void AddFile(HostSearch search, List<Mount> mounts, string folder, string name)
    {
        string path = LexicalPath.Join(folder, name);
        bool exists = search.Files.IsFile(path);
        search.Note(name, exists ? path : null);
        if (exists)
            HostSearch.AddMount(mounts, path, search.Root.Relative(path));
    }

    private static List<Mount> Additional(HostSearch search, string store)
    {
        var mounts = new List<Mount>();
        foreach (string pattern in s_additional)
        {
            var found = new List<string>();
            foreach (string name in search.Files.Matches(store, new GlobPattern(pattern)))
            {
                string path = search.Root.Join(search.Root.Relative(LexicalPath.Join(store, name)));
                if (!DriverStore.Files.Contains(name) && search.Files.IsFile(path))
                    found.Add(path);
            }
            search.AddMounts(mounts, pattern, found);
        }
        return mounts;
    }
}
