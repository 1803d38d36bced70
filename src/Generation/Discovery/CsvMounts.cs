using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;
using GpuContainers.Host.Tegra;

namespace GpuContainers.Generation.Discovery;

/// <summary>From entries of Tegra csv files to edits.</summary>
/// <param name="root">Where the driver is.</param>
/// <param name="systemRoot">Where the host's release file is below.</param>
/// <param name="librarySearchPaths">Folders that an entry may stand below, besides the root itself.</param>
/// <param name="search">Finds nodes.</param>
/// <param name="hooks">Makes the hooks.</param>
/// <param name="notes">Takes notes of the search.</param>
internal sealed class CsvMounts(
    DriverRoot root, string systemRoot, IReadOnlyList<string> librarySearchPaths, NodeSearch search, HookCreator hooks, SearchNotes notes)
{
    private readonly List<string> _prefixes = [.. SearchPath.Split(librarySearchPaths), "/"];

    /// <summary>Nodes, folders, libraries with their links, targets of links, the links themselves, and the release file of the host (DS-112).</summary>
    internal ContainerEdits Find(IReadOnlyList<CsvEntry> entries)
    {
        notes.Begin("csv entries", ExplanationRules.CsvEntries);
        if (entries.Count == 0)
            Log.Warning("No mount specs specified");
        List<DeviceNode> nodes = search.Match([.. Paths(entries, CsvEntryKind.Device).Select(DevicePath)]);
        List<Mount> mounts = Directories(Paths(entries, CsvEntryKind.Directory));
        List<Mount> libraries = Files(Paths(entries, CsvEntryKind.Library));
        List<string> links = Paths(entries, CsvEntryKind.Symlink);
        List<Mount> targets = Files(links);
        // What one entry has brought is not brought again by another of its kind only; equal mounts are sorted out in the end.
        mounts.AddRange([.. libraries, .. targets, .. ReleaseFile()]);
        return new ContainerEdits
        {
            DeviceNodes = nodes,
            AdditionalGids = search.GroupsOf(nodes),
            Mounts = mounts,
            Hooks = [.. hooks.CreateSymlinks(LibraryLinks.Find(root.Files, libraries)), .. hooks.CreateSymlinks(LinksOf(links))],
        };
    }

    private static List<string> Paths(IReadOnlyList<CsvEntry> entries, CsvEntryKind kind) =>
        [.. entries.Where(entry => entry.Kind == kind).Select(static entry => entry.Path)];

    // "nvidia0" and "/dev/nvidia0" are the same (DS-11).
    private static string DevicePath(string path) => path.Contains('/') ? path : "/dev/" + path;

    private List<Mount> Directories(List<string> patterns)
    {
        var mounts = new List<Mount>();
        foreach (string pattern in patterns)
            notes.AddMounts(mounts, pattern, [.. root.Files.Glob(root.Path, pattern).Where(root.Files.IsDirectory)]);
        return mounts;
    }

    private List<Mount> Files(List<string> patterns)
    {
        var mounts = new List<Mount>();
        foreach (string pattern in patterns)
        {
            var found = new List<string>();
            foreach (string candidate in Candidates(pattern))
            {
                if (root.Resolve(candidate) is { } real && !root.Files.IsDirectory(real) && !found.Contains(real))
                    found.Add(real);
            }
            notes.AddMounts(mounts, pattern, found);
        }
        return mounts;
    }

    private IEnumerable<string> Candidates(string pattern) =>
        _prefixes.SelectMany(prefix => root.Files.Glob(root.Join(prefix), pattern)).Distinct();

    // Each link on the way from an entry to its target, with its text as stored. The path keeps the root as prefix (DS-113).
    private List<string> LinksOf(List<string> patterns)
    {
        var links = new List<string>();
        foreach (string candidate in patterns.SelectMany(Candidates))
        {
            var seen = new HashSet<string>();
            for (string? at = candidate; at is not null && seen.Add(at);)
            {
                if (root.Files.KindOf(at) != FileKind.Link || root.Files.ReadLink(at) is not { } target)
                    break;
                string link = $"{target}::{at}";
                if (!links.Contains(link))
                    links.Add(link);
                at = target.StartsWith('/') ? target : LexicalPath.Join(LexicalPath.Parent(at), target);
            }
        }
        return links;
    }

    private List<Mount> ReleaseFile()
    {
        const string Path = "/etc/nv_tegra_release";
        string hostPath = LexicalPath.Join(systemRoot, Path);
        bool exists = root.Files.IsFile(hostPath);
        notes.Note(Path, exists ? hostPath : null);
        var mounts = new List<Mount>();
        if (exists)
            SearchNotes.AddMount(mounts, hostPath, Path);
        return mounts;
    }
}
