using System.Runtime.InteropServices;

namespace GpuContainers.Host.Driver;

/// <summary>Libraries by the folders where they usually are, and by the loader's cache where those have none.</summary>
public sealed class LibraryFolders
{
    // In this order (DS-14).
    private static readonly string[] s_standard =
    [
        "/", "/usr/lib64", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib/x86_64-linux-gnu/nvidia/current",
        "/usr/lib/aarch64-linux-gnu/nvidia/current", "/lib64", "/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu",
        "/lib/x86_64-linux-gnu/nvidia/current", "/lib/aarch64-linux-gnu/nvidia/current",
    ];

    // That of Debian, and that of Fedora and its kin, which is the same on every machine; then where the driver has a library below them.
    private static readonly string[] s_longFolders = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? ["/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib/aarch64-linux-gnu/vdpau", "/usr/lib64/vdpau"]
        : ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib/x86_64-linux-gnu/vdpau", "/usr/lib64/vdpau"];

    private readonly DriverRoot _root;
    private readonly IReadOnlyList<string> _searchPaths;
    private IReadOnlyList<string>? _folders;

    /// <summary>Looks below a driver root, or in explicit absolute host folders instead; each element may hold several, split at ':'.</summary>
    public LibraryFolders(DriverRoot root, IReadOnlyList<string> searchPaths)
    {
        _root = root;
        _searchPaths = SearchPath.Split(searchPaths);
    }

    /// <summary>Begins to look into the folders in which a distribution keeps thousands of libraries, while other things are looked at.</summary>
    /// <param name="root">The driver root.</param>
    /// <param name="version">The version of the loaded driver; null, where there is none, for nothing to begin with.</param>
    public static void LookAhead(DriverRoot root, string? version)
    {
        if (version is not null)
            root.Files.LookAhead(Array.ConvertAll(s_longFolders, root.Join), ".so." + version);
    }

    /// <summary>The folders that are searched, links followed: those that exist of the standard ones or of the given ones.</summary>
    public IReadOnlyList<string> Searched => _folders ??= Existing();

    /// <summary>Every library that the pattern names, links followed, each once, in the order of the folders; empty when there is none.</summary>
    /// <param name="pattern">A glob for the file name, without a slash.</param>
    public IReadOnlyList<string> Locate(string pattern)
    {
        IReadOnlyList<string> found = LocateIn(Searched, pattern);
        // No way back to the cache when the folders were given (DS-13); the cache only where no folder has a match (DS-14).
        return found.Count > 0 || _searchPaths.Count > 0 ? found : LoaderCache.Find(_root).Locate(pattern);
    }

    /// <summary>What the pattern names in the given resolved folders: no folders among the hits, links followed, each hit once (DS-9).</summary>
    internal IReadOnlyList<string> LocateIn(IReadOnlyList<string> folders, string pattern)
    {
        var glob = new GlobPattern(pattern);
        List<string>? found = null;
        foreach (string folder in folders.Items())
        {
            foreach (string name in _root.Files.Matches(folder, glob))
            {
                string path = LexicalPath.Join(folder, name);
                FileKind? kind = _root.Files.KindOf(path);
                string? real = kind == FileKind.Link ? _root.Resolve(path) : path;
                if (real is null || kind == FileKind.Directory || (kind == FileKind.Link && _root.Files.IsDirectory(real)))
                    continue;
                found ??= [];
                if (!found.Contains(real))
                    found.Add(real);
            }
        }
        return found is null ? [] : found;
    }

    /// <summary>The folders among these that exist, links followed, each once (the same folder often has two names: DS-34).</summary>
    internal static List<string> Existing(DriverRoot root, IReadOnlyList<string> folders)
    {
        var found = new List<string>();
        foreach (string folder in folders.Items())
        {
            if (root.Resolve(folder) is { } real && !found.Contains(real) && root.Files.List(real).Count > 0)
                found.Add(real);
        }
        return found;
    }

    private List<string> Existing() => Existing(_root, _searchPaths.Count > 0 ? _searchPaths : Array.ConvertAll(s_standard, _root.Join));
}
