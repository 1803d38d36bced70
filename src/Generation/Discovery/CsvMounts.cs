using GpuContainers.Host.Files;
using GpuContainers.Host.Tegra;

namespace GpuContainers.Generation.Discovery;

/// <summary>From entries of Tegra csv files to edits.</summary>
internal sealed class CsvMounts
{
    private readonly HostSearch _search;
    private readonly List<string> _prefixes;

    internal CsvMounts(HostSearch search)
    {
        _search = search;
        _prefixes = [.. SearchPath.Split(search.Options.LibrarySearchPaths), "/"];
    }

    /// <summary>Nodes, folders, libraries with their links, targets of links, the links themselves, and the release file of the host (DS-112).</summary>
    internal ContainerEdits Find(IReadOnlyList<CsvEntry> entries)
    {
        _search.Begin("csv entries", ExplanationRules.CsvEntries);
        if (entries.Count == 0)
            Log.Warning("No mount specs specified");
        List<DeviceNode> nodes = _search.Nodes.Match([.. Paths(entries, CsvEntryKind.Device).Select(DevicePath)]);
        List<Mount> mounts = Directories(Paths(entries, CsvEntryKind.Directory));
        List<Mount> libraries = Files(Paths(entries, CsvEntryKind.Library));
        List<string> links = Paths(entries, CsvEntryKind.Symlink);
        List<Mount> targets = Files(links);
        // What one entry has brought is not brought again by another of its kind only; equal mounts are sorted out in the end.
        mounts.AddRange([.. libraries, .. targets, .. ReleaseFile()]);
        return new ContainerEdits
        {
            DeviceNodes = nodes,
            AdditionalGids = _search.Nodes.GroupsOf(nodes),
            Mounts = mounts,
            Hooks = [.. _search.Hooks.CreateSymlinks(LibraryLinks.Find(_search, libraries)), .. _search.Hooks.CreateSymlinks(LinksOf(links))],
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
            _search.AddMounts(mounts, pattern, [.. _search.Files.Glob(_search.Root.Path, pattern).Where(_search.Files.IsDirectory)]);
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
                if (_search.Root.Resolve(candidate) is { } real && !_search.Files.IsDirectory(real) && !found.Contains(real))
                    found.Add(real);
            }
            _search.AddMounts(mounts, pattern, found);
        }
        return mounts;
    }

    private IEnumerable<string> Candidates(string pattern) =>
        _prefixes.SelectMany(prefix => _search.Files.Glob(_search.Root.Join(prefix), pattern)).Distinct();

    // Each link on the way from an entry to its target, with its text as stored. The path keeps the root as prefix (DS-113).
    private List<string> LinksOf(List<string> patterns)
    {
        var links = new List<string>();
        foreach (string candidate in patterns.SelectMany(Candidates))
        {
            var seen = new HashSet<string>();
            for (string? at = candidate; at is not null && seen.Add(at);)
            {
                if (_search.Files.KindOf(at) != FileKind.Link || _search.Files.ReadLink(at) is not { } target)
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
        string hostPath = LexicalPath.Join(_search.Host.SystemRoot, Path);
        bool exists = _search.Files.IsFile(hostPath);
        _search.Note(Path, exists ? hostPath : null);
        var mounts = new List<Mount>();
        if (exists)
            HostSearch.AddMount(mounts, hostPath, Path);
        return mounts;
    }
}
