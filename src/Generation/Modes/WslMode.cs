using GpuContainers.Host.Driver;
using GpuContainers.Host.Inventory;
using GpuContainers.Host.Wsl;

namespace GpuContainers.Generation.Modes;

/// <summary>The paravirtual GPU of WSL: one node, and the driver of Windows from its store.</summary>
/// <param name="host">The machine.</param>
/// <param name="root">Where the driver is.</param>
/// <param name="librarySearchPaths">Folders in place of the standard library folders.</param>
/// <param name="search">Finds nodes.</param>
/// <param name="hooks">Makes the hooks.</param>
/// <param name="notes">Takes notes of the search.</param>
internal sealed class WslMode(
    HostContext host, DriverRoot root, IReadOnlyList<string> librarySearchPaths, NodeSearch search, HookCreator hooks, SearchNotes notes)
{
    // Whatever else the driver store has is mounted too (DS-127).
    private static readonly string[] s_additional = ["*.so*", "*.bin", "*.dll"];

    /// <summary>The device <c>all</c> and the driver's files.</summary>
    /// <exception cref="GenerationException">There is no driver store with a driver.</exception>
    internal Generated Generate() => Generated.From(() => [Device()], Common);

    private CdiDevice Device()
    {
        notes.Begin("WSL node", ExplanationRules.WslNode, isDevice: true);
        List<DeviceNode> nodes = search.FindAll("/dev/dxg");
        return new CdiDevice { Name = "all", ContainerEdits = new ContainerEdits { DeviceNodes = nodes, AdditionalGids = search.GroupsOf(nodes) } };
    }

    // The driver store stays where it is, so only the loader and nvidia-smi need links (DS-125).
    private ContainerEdits Common()
    {
        string? dxcore = new DxCoreLibrary(host, librarySearchPaths).Find(root);
        string store = Store(dxcore ?? "");
        notes.Begin("WSL driver store", ExplanationRules.WslDriver);
        var loader = new List<Mount>();
        string folder = LexicalPath.Join(host.SystemRoot, DxCoreLibrary.Folder);
        // Where WSL has not put it in its own folder, the one that was asked is the one that works (DS-139).
        if (dxcore is not null && !root.Files.IsFile(LexicalPath.Join(folder, DxCoreLibrary.Name)))
            folder = LexicalPath.Parent(dxcore);
        AddFile(loader, folder, DxCoreLibrary.Name);
        var required = new List<Mount>();
        foreach (string name in DriverStore.Files)
            AddFile(required, store, name);
        List<Mount> additional = Additional(store);
        Mount? smi = required.Find(static mount => LexicalPath.Base(mount.ContainerPath) == "nvidia-smi");
        if (smi is null)
            Log.Warning($"no nvidia-smi in {store}: the container gets no link to it");
        List<Hook> made = [.. hooks.CreateSymlinks(smi is null ? [] : [$"{smi.ContainerPath}::/usr/bin/nvidia-smi"])];
        IReadOnlyList<string> folders = LibraryFolderNames.Find([.. required, .. loader]);
        if (folders.Count > 0)
            made.AddRange(hooks.UpdateLdcache(folders));
        return new ContainerEdits { Mounts = [.. loader, .. required, .. additional], Hooks = made };
    }

    // Of several driver stores the one with libcuda counts (DS-124).
    private string Store(string dxcore)
    {
        InventoryReport report = host.Child.Ask(InventoryQuestions.DriverStores, dxcore);
        if (report.DriverStoresError is { } error)
            throw new GenerationException(
                GenerationStep.Identification, $"failed to initialize dxcore: {error}; update WSL (wsl --update) and the driver of Windows");
        if (report.DriverStores.Count == 0)
            throw new GenerationException(GenerationStep.Identification, "no driver store paths found; install an NVIDIA driver for WSL on Windows");
        if (report.DriverStores.Count > 1)
            Log.Warning($"several WSL driver stores: {string.Join(", ", report.DriverStores)}");
        foreach (string store in report.DriverStores)
        {
            if (root.Files.IsFile(LexicalPath.Join(store, "libcuda.so.1.1")))
                return store;
        }
        throw new GenerationException(
            GenerationStep.Devices,
            "failed to find NVIDIA driver store path: failed to locate libcuda.so.1.1 at WSL driver store paths: "
            + $"{string.Join(", ", report.DriverStores)}: libcuda.so.1.1: not found");
    }

    private void AddFile(List<Mount> mounts, string folder, string name)
    {
        string path = LexicalPath.Join(folder, name);
        bool exists = root.Files.IsFile(path);
        notes.Note(name, exists ? path : null);
        if (exists)
            SearchNotes.AddMount(mounts, path, root.Relative(path));
    }

    private List<Mount> Additional(string store)
    {
        var mounts = new List<Mount>();
        foreach (string pattern in s_additional)
        {
            var found = new List<string>();
            foreach (string name in root.Files.Matches(store, new GlobPattern(pattern)))
            {
                string path = root.Join(root.Relative(LexicalPath.Join(store, name)));
                if (!DriverStore.Files.Contains(name) && root.Files.IsFile(path))
                    found.Add(path);
            }
            notes.AddMounts(mounts, pattern, found);
        }
        return mounts;
    }
}
