using GpuContainers.Elf;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Host.Driver;

/// <summary>
/// The libraries that the loader of a root knows from its ld.so.cache. The file is read once, and taken apart only when its bytes hold the
/// name that is asked for: most questions are about libraries that are not there.
/// </summary>
public sealed class LoaderCache
{
    private const long MaximumSize = 16 << 20;
    private readonly DriverRoot _root;
    private readonly string _file;
    private readonly Dictionary<string, Dictionary<string, List<int>>> _families = [];
    private byte[]? _bytes;
    private LibraryCache? _cache;
    private bool _isRead;

    /// <summary>The cache of a driver root; it may be missing.</summary>
    public LoaderCache(DriverRoot root)
    {
        _root = root;
        _file = FileOf(root);
    }

    /// <summary>What the loader inside a root knows; one for all who look below that root in one run.</summary>
    public static LoaderCache Find(DriverRoot root) => root.Files.Once(FileOf(root), () => new LoaderCache(root));

    private static string FileOf(DriverRoot root) => root.Join("/etc/ld.so.cache");

    private byte[] Bytes => _bytes ??= Read();

    /// <summary>The libraries of which any link on the way, or the file itself, has a name that matches; links followed, each once.</summary>
    /// <param name="pattern">A glob for the file name, without a slash.</param>
    public IReadOnlyList<string> Locate(string pattern)
    {
        byte[] stem = Encoding.UTF8.GetBytes(Stem(pattern));
        if (Bytes.AsSpan().IndexOf(stem) < 0)
            return [];
        var glob = new GlobPattern(pattern);
        var found = new List<string>();
        // The links to a library are named after it, so only those of the same beginning are read: a cache has thousands.
        bool isForMany = !stem.AsSpan().EndsWith(".so"u8);
        foreach (string path in Libraries?.PathsBeginning(stem) ?? [])
        {
            string full = _root.Join(path);
            if ((!isForMany || MayLeadTo(full, glob)) && Chain(full, glob) && _root.Resolve(full) is { } real && !found.Contains(real))
                found.Add(real);
        }
        return found;
    }

    // Asked for the libraries of a version, nearly all links of a cache lead elsewhere. A link leads to a file of the same library beside it, where there is
    // one, so the names of the folder tell for which links a look is worth it (DS-24).
    private bool MayLeadTo(string path, GlobPattern glob)
    {
        string name = LexicalPath.Base(path), folder = LexicalPath.Parent(path);
        if (glob.IsMatch(name))
            return true;
        DirectoryListing listing = _root.Files.List(folder);
        int at = listing.IndexOf(name);
        if (at < 0 || listing.Kind(at) is not (FileKind.Link or FileKind.Unknown))
            return false;
        bool hasFile = false;
        foreach (int sibling in FamiliesOf(folder, listing)[Library(name)])
        {
            if (glob.IsMatch(listing.Name(sibling)))
                return true;
            hasFile |= listing.Kind(sibling) == FileKind.Regular;
        }
        return !hasFile;
    }

    // The names of a folder by the library they belong to.
    private Dictionary<string, List<int>> FamiliesOf(string folder, DirectoryListing listing)
    {
        if (_families.TryGetValue(folder, out Dictionary<string, List<int>>? families))
            return families;
        families = [];
        for (int i = 0; i < listing.Count; i++)
        {
            string library = Library(listing.Text(i));
            if (!families.TryGetValue(library, out List<int>? names))
                families[library] = names = [];
            names.Add(i);
        }
        return _families[folder] = families;
    }

    // "libcuda.so" of "libcuda.so.1".
    private static string Library(string name)
    {
        int suffix = name.IndexOf(".so", StringComparison.Ordinal);
        return suffix < 0 ? name : name[..(suffix + 3)];
    }

    /// <summary>
    /// The path of a 64-bit library that a program gets when it asks for this name, by the cache alone; null when the cache has none that exists.
    /// </summary>
    public string? PathOf(string name)
    {
        byte[] text = Encoding.UTF8.GetBytes(name + "\0");
        if (Bytes.AsSpan().IndexOf(text) < 0)
            return null;
        foreach (string path in Libraries?.PathsOf(text.AsSpan(0, text.Length - 1)) ?? [])
        {
            if (_root.Files.IsFile(_root.Join(path)))
                return _root.Join(path);
        }
        return null;
    }

    // Whether the path, or anything its links lead over, has a matching name (DS-12, DS-23); false when the chain is broken.
    private bool Chain(string path, GlobPattern glob)
    {
        bool matches = false;
        var seen = new HashSet<string>();
        for (string? at = path; at is not null && seen.Add(at);)
        {
            matches |= glob.IsMatch(LexicalPath.Base(at));
            FileKind? kind = _root.Files.KindOf(at);
            if (kind is null)
                return false;
            string? target = kind == FileKind.Link ? _root.Files.ReadLink(at) : null;
            at = target is null ? null : target.StartsWith('/') ? target : LexicalPath.Join(LexicalPath.Parent(at), target);
        }
        return matches;
    }

    // What every name that matches begins with, up to the end of a library's own name: "libcuda.so" for "libcuda.so.*.*".
    private static string Stem(string pattern)
    {
        int meta = pattern.AsSpan().IndexOfAny("*?[\\");
        return Library(meta < 0 ? pattern : pattern[..meta]);
    }

    private LibraryCache? Libraries
    {
        get
        {
            if (!_isRead)
                _cache = Parse();
            _isRead = true;
            return _cache;
        }
    }

    private LibraryCache? Parse()
    {
        try
        {
            return LibraryCache.Parse(Bytes);
        }
        catch (ElfException malformed)
        {
            // A host without a usable cache is a host whose libraries are found by folder (DS-16).
            Log.Warning($"ignoring {_file}: {malformed.Message}");
            return null;
        }
    }

    private byte[] Read()
    {
        if (HostFile.TryReadAll(_file, MaximumSize, out byte[] bytes, out Errno error))
            return bytes;
        Log.Debug($"cannot read {_file}: {error.Describe()}");
        return [];
    }
}

/// <summary>
/// What the system's dynamic loader would open for a name: by its cache, then in its standard folders (ld.so(8)). Nothing is loaded, and LD_LIBRARY_PATH does
/// not count.
/// </summary>
public sealed class LoaderLibraries(DriverRoot root)
{
    // The standard folders of the distributions' loaders for 64-bit programs.
    private static readonly string[] s_folders =
    [
        "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib64", "/usr/lib64", "/lib",
            "/usr/lib",
    ];

    /// <summary>The path of the library; null when the loader would not find it.</summary>
    public string? Find(string name)
    {
        if (LoaderCache.Find(root).PathOf(name) is { } cached)
            return cached;
        foreach (string folder in s_folders)
        {
            string path = LexicalPath.Join(root.Join(folder), name);
            if (root.Files.IsFile(path))
                return path;
        }
        return null;
    }
}
