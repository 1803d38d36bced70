using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;
using GpuContainers.Host.Inventory;

namespace GpuContainers.Generation.Discovery;

/// <summary>Everything that one generation knows and asks: its options, the host behind them, and the record of what was looked for.</summary>
internal sealed class HostSearch
{
    // No mount type is ever set (DS-48).
    private static readonly string[] s_readOnly = ["ro", "nosuid", "nodev", "rbind", "rprivate"];

    internal HostSearch(GenerationOptions options, HostContext host, Explanation? explanation, bool isManagement = false)
    {
        Options = options;
        Host = host;
        Explanation = explanation;
        Root = new DriverRoot(host.Files, options.DriverRoot, options.DevRoot);
        Proc = host.Proc;
        var folders = new LibraryFolders(Root, options.LibrarySearchPaths);
        Inventory = new GpuInventory(Root, folders, Proc, host.Child, new WholeGpus(host.SystemRoot));
        Libraries = new DriverLibraries(Root, folders, () => Inventory.LoadedVersion);
        Programs = new Programs(Root, host.ProgramPath);
        ConfigFiles = new ConfigFiles(Root, options.ConfigSearchPaths, host.DataDirectories);
        Hooks = new HookCreator(options, isManagement, explanation);
        Nodes = new NodeSearch(Root, Note, !options.NoAdditionalGids);
    }

    internal GenerationOptions Options { get; }

    internal HostContext Host { get; }

    internal FileTree Files => Host.Files;

    internal DriverRoot Root { get; }

    internal DriverLibraries Libraries { get; }

    internal Programs Programs { get; }

    internal ConfigFiles ConfigFiles { get; }

    internal NvidiaProc Proc { get; }

    internal GpuInventory Inventory { get; }

    internal HookCreator Hooks { get; }

    internal NodeSearch Nodes { get; }

    private Explanation? Explanation { get; }

    internal bool HasFlag(string flag) => Options.FeatureFlags.Contains(flag);

    /// <summary>Whether somebody wants to know how the search goes.</summary>
    internal bool IsExplained => Explanation is not null;

    /// <summary>Begins a part of the search in the explanation.</summary>
    internal void Begin(string title, string rule, bool isDevice = false) => Explanation?.Begin(title, rule, isDevice);

    /// <summary>Tells the explanation which folders the part in progress searches; they are worked out only if somebody wants to know.</summary>
    internal void SearchedIn(Func<IEnumerable<string>> places)
    {
        if (Explanation is not null)
            Explanation.SearchedIn(places());
    }

    /// <summary>Notes a decision.</summary>
    internal void Decide(string what, string why) => Explanation?.Decide(what, why);

    /// <summary>Notes one search, found or not.</summary>
    internal void Note(string wanted, IReadOnlyList<string> found, string note = "")
    {
        if (found.Count == 0)
            Log.Debug($"could not locate {wanted} below {Root.Path} {note}");
        Explanation?.Note(wanted, found, note);
    }

    /// <summary>Notes one search for at most one path.</summary>
    internal void Note(string wanted, string? found, string note = "") => Note(wanted, found is null ? [] : [found], note);

    /// <summary>One mount for each path that a search yields, each host path once (DS-46, DS-47).</summary>
    internal void AddMounts(List<Mount> mounts, string wanted, IReadOnlyList<string> found, IReadOnlyList<string>? options = null)
    {
        Note(wanted, found);
        foreach (string path in found)
            AddMount(mounts, path, Root.Relative(path), options);
    }

    /// <summary>One mount, unless its host path is there already.</summary>
    internal static void AddMount(List<Mount> mounts, string hostPath, string containerPath, IReadOnlyList<string>? options = null)
    {
        foreach (Mount known in mounts)
        {
            if (known.HostPath == hostPath)
                return;
        }
        mounts.Add(new Mount { HostPath = hostPath, ContainerPath = containerPath, Options = options ?? s_readOnly });
    }
}
