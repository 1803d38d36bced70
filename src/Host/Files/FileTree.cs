namespace GpuContainers.Host.Files;

/// <summary>
/// The host's files as one run sees them: each directory is listed once, each link and each loader's cache read once, however many patterns are asked for. What
/// the kernel was asked is remembered for the life of the object, so an object must not outlive one generation.
/// </summary>
public sealed class FileTree
{
    private const int MaximumLinks = 40; // as the kernel: path_resolution(7), ELOOP
    private const long Block = 4096;
    private readonly Dictionary<string, DirectoryListing> _listings = [];
    private readonly Dictionary<string, string?> _links = [];
    private readonly Dictionary<string, string?> _directories = new() { ["/"] = "/" };
    private readonly Dictionary<string, FileKind?> _kinds = [];
    private readonly Dictionary<string, FileKind?> _finalKinds = [];
    private readonly Dictionary<string, FileStatus> _nodes = [];
    private readonly HashSet<string> _doubtful = [];
    private readonly HashSet<string> _short = [];
    private readonly Dictionary<string, object> _contents = [];
    private readonly Dictionary<string, LibrarySoname> _sonames = [];
    private ListingAhead? _ahead;

    // Paths of parents are parts of a path; no text is made of them to look them up.
    private readonly Dictionary<string, DirectoryListing>.AlternateLookup<ReadOnlySpan<char>> _listingsByText;
    private readonly Dictionary<string, string?>.AlternateLookup<ReadOnlySpan<char>> _directoriesByText;
    private readonly Dictionary<string, FileKind?>.AlternateLookup<ReadOnlySpan<char>> _kindsByText;

    /// <summary>A view of the files as they are from now on.</summary>
    public FileTree()
    {
        _listingsByText = _listings.GetAlternateLookup<ReadOnlySpan<char>>();
        _directoriesByText = _directories.GetAlternateLookup<ReadOnlySpan<char>>();
        _kindsByText = _kinds.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>
    /// Begins to list long directories that somebody will ask for, on a second processor, and then to read the SONAMEs of libraries in them; whoever asks
    /// waits for the answers. Where the kernel gives no second thread, or when this runs already, nothing happens.
    /// </summary>
    /// <param name="directories">The paths; one that is a link at its end is left out.</param>
    /// <param name="suffix">How the names of the libraries end.</param>
    public void LookAhead(string[] directories, string suffix) => _ahead ??= ListingAhead.TryStart(directories, suffix);

    /// <summary>The names in a directory; empty when it is missing or cannot be read.</summary>
    public DirectoryListing List(string directory)
    {
        _ahead?.TakeListings(directory, _listings);
        if (_listings.TryGetValue(directory, out DirectoryListing? known))
            return known;
        if (!_directories.ContainsKey(directory) && TryListAsNamed(directory, out DirectoryListing? listing))
            return _listings[directory] = listing;
        // Two paths to one directory (/lib64 and /usr/lib64) are listed once.
        string? real = ResolveDirectory(directory);
        if (real is null)
            return _listings[directory] = DirectoryListing.Empty;
        if (!_listings.TryGetValue(real, out listing))
        {
            if (!DirectoryListing.TryRead(real, out listing, out Errno error) && error is not (Errno.ENOENT or Errno.ENOTDIR))
                Log.Debug($"cannot list {real}: {error}");
            _listings[real] = listing;
        }
        return _listings[directory] = listing;
    }

    // Most directories are asked for by a path whose last name is not a link: the kernel needs no questions about those above it.
    private bool TryListAsNamed(string directory, out DirectoryListing listing)
    {
        listing = DirectoryListing.Empty;
        return IsKnownMissing(directory) || DirectoryListing.TryRead(directory, out listing, out Errno error, followLinks: false) || error == Errno.ENOENT;
    }

    /// <summary>The SONAME in a library's file.</summary>
    public LibrarySoname SonameOf(string path)
    {
        _ahead?.TakeSonames(_sonames);
        if (!_sonames.TryGetValue(path, out LibrarySoname? soname))
            _sonames[path] = soname = LibrarySoname.Read(path);
        return soname;
    }

    /// <summary>What was made of a file, one for all who ask; it is made on the first question.</summary>
    internal T Once<T>(string path, Func<T> read) where T : class
    {
        if (!_contents.TryGetValue(path, out object? content))
            _contents[path] = content = read();
        return (T)content;
    }

    /// <summary>
    /// As <see cref="List"/>, if the directory is short: one block of a disk. The kernel needs longer for a listing of thousands of names than for a look at
    /// each of a dozen. An overlay tells the size of its topmost directory alone, and has to sort the names of all of them first: its directories are not
    /// short.
    /// </summary>
    public void ListIfShort(string directory)
    {
        if (!_listings.ContainsKey(directory) && ResolveDirectory(directory) is { } real && IsShort(real))
            _ = List(directory);
    }

    /// <summary>Whether what was seen so far says that nothing is at the path; false when only a look can tell.</summary>
    public bool IsKnownMissing(ReadOnlySpan<char> path)
    {
        ReadOnlySpan<char> parent = LexicalPath.Parent(path);
        return _kindsByText.TryGetValue(path, out FileKind? kind) ? kind is null
            : _directoriesByText.TryGetValue(path, out string? real) ? real is null
            : _listingsByText.TryGetValue(parent, out DirectoryListing? listing) ? listing.IndexOf(LexicalPath.Base(path)) < 0
            : !parent.SequenceEqual(path) && IsKnownMissing(parent);
    }

    /// <summary>What the path itself is, links not followed; null when nothing is there.</summary>
    public FileKind? KindOf(string path)
    {
        if (_kinds.TryGetValue(path, out FileKind? known))
            return known;
        ReadOnlySpan<char> parent = LexicalPath.Parent(path.AsSpan());
        // Where one name was missing, the next question is whether the directory is there at all.
        if (_doubtful.Count > 0 && !parent.SequenceEqual(path) && !_kindsByText.ContainsKey(parent)
            && _doubtful.GetAlternateLookup<ReadOnlySpan<char>>().Contains(parent))
        {
            _ = KindOf(parent.ToString());
        }
        if (IsKnownMissing(path))
            return null;
        int at = _listingsByText.TryGetValue(parent, out DirectoryListing? listing) ? listing.IndexOf(LexicalPath.Base(path.AsSpan())) : -1;
        return at >= 0 && listing!.Kind(at) != FileKind.Unknown ? listing.Kind(at) : _kinds[path] = Look(path);
    }

    private FileKind? Look(string path)
    {
        if (!HostFile.TryStatus(path, followLinks: false, out FileStatus status))
        {
            _ = _doubtful.Add(LexicalPath.Parent(path));
            return null;
        }
        if (status.Kind == FileKind.Directory && status.Size <= Block && status.Links > 1)
            _ = _short.Add(path);
        return status.Kind;
    }

    // A listing tells that it is a directory, not how long it is.
    private bool IsShort(string directory) =>
        _short.Contains(directory) || (!_kinds.ContainsKey(directory) && (_kinds[directory] = Look(directory)) is not null
            && _short.Contains(directory));

    /// <summary>What stands at the end of the path, links followed; null when nothing is there.</summary>
    public FileKind? FinalKindOf(string path)
    {
        FileKind? kind = KindOf(path);
        if (kind != FileKind.Link)
            return kind;
        if (!_finalKinds.TryGetValue(path, out FileKind? final))
            _finalKinds[path] = final = HostFile.TryStatus(path, followLinks: true, out FileStatus status) ? status.Kind : null;
        return final;
    }

    /// <summary>What the kernel says about a device node, links not followed. A missing one is looked for again: the driver makes nodes on demand.</summary>
    /// <param name="path">The absolute path.</param>
    /// <param name="status">What stat(2) says.</param>
    /// <param name="error">Why nothing can be said.</param>
    /// <returns>Whether there is a status.</returns>
    public bool TryNode(string path, out FileStatus status, out Errno error)
    {
        error = Errno.None;
        if (_nodes.TryGetValue(path, out status))
            return true;
        if (!HostFile.TryStatus(path, followLinks: false, out status, out error))
            return false;
        _nodes[path] = status;
        return true;
    }

    /// <summary>Whether the path leads to something that is not a directory: a file, socket, pipe or device.</summary>
    public bool IsFile(string path) => FinalKindOf(path) is { } kind && kind != FileKind.Directory;

    /// <summary>Whether the path leads to a directory.</summary>
    public bool IsDirectory(string path) => FinalKindOf(path) == FileKind.Directory;

    /// <summary>The text of a link; null when the path is none.</summary>
    public string? ReadLink(string path)
    {
        if (!_links.TryGetValue(path, out string? target))
            _links[path] = target = HostFile.ReadLink(path);
        return target;
    }

    /// <summary>
    /// The path with every link followed, by the rules of a process whose root is <paramref name="root"/>; null when a part is missing or the links go
    /// in a circle. With root "/" these are the host's own rules.
    /// </summary>
    public string? Resolve(string path, string root = "/") => Resolve(path, root, 0);

    private string? Resolve(string path, string root, int followed)
    {
        // What people give as a search path may lack the slash; it is meant below the root, and ends there.
        if (!path.StartsWith('/') && root.StartsWith('/'))
            path = LexicalPath.Join(root, path);
        // A root that is relative has paths that are: they end in the working directory.
        if (path is "/" or "." || path == root)
            return path;
        string? parent = Resolved(LexicalPath.Parent(path), root, followed);
        if (parent is null)
            return null;
        string full = LexicalPath.Join(parent, LexicalPath.Base(path));
        FileKind? kind = KindOf(full);
        if (kind != FileKind.Link)
            return kind is null ? null : full;
        if (followed >= MaximumLinks || ReadLink(full) is not { } target)
            return null;
        string next = target.StartsWith('/') ? LexicalPath.Join(root, target) : LexicalPath.Join(parent, target);
        return Resolve(next, root, followed + 1);
    }

    // Folders are asked for again and again, and by the host's rules almost always: those answers are kept.
    private string? Resolved(string directory, string root, int followed)
    {
        if (root != "/")
            return Resolve(directory, root, followed);
        if (!_directories.TryGetValue(directory, out string? real))
            _directories[directory] = real = Resolve(directory, root, followed);
        return real;
    }

    private string? ResolveDirectory(string directory) => directory == "/" ? "/" : Resolved(directory, "/", 0);

    /// <summary>
    /// The paths below a root that a pattern names, in the order of directories and, within one, of name bytes. The root is taken as it is,
    /// not as a pattern. Without a pattern character the path must exist, a dangling link included.
    /// </summary>
    public IReadOnlyList<string> Glob(string root, string pattern)
    {
        string cleaned = LexicalPath.Clean("/" + pattern);
        if (!GlobPattern.HasMeta(cleaned))
        {
            string path = LexicalPath.Join(root, cleaned);
            return KindOf(path) is null ? [] : [path];
        }
        List<string> found = [LexicalPath.Join(root, "/")];
        foreach (string part in cleaned[1..].Split('/'))
            found = GlobPattern.HasMeta(part) ? MatchEach(found, part) : found.ConvertAll(folder => LexicalPath.Join(folder, part));
        found.RemoveAll(path => KindOf(path) is null);
        return found;
    }

    private List<string> MatchEach(List<string> folders, string part)
    {
        var pattern = new GlobPattern(part);
        var found = new List<string>();
        foreach (string folder in folders)
        {
            foreach (string name in Matches(folder, pattern))
                found.Add(folder == "/" ? "/" + name : folder + "/" + name);
        }
        return found;
    }

    /// <summary>The names in a directory that match, in the order of their bytes.</summary>
    public string[] Matches(string directory, GlobPattern pattern)
    {
        DirectoryListing listing = List(directory);
        if (pattern.Literal is { } name)
            return listing.IndexOf(name) >= 0 ? [name] : [];
        List<string>? found = null;
        for (int i = listing.NextWith(pattern.Text, 0); i < listing.Count; i = listing.NextWith(pattern.Text, i + 1))
        {
            if (pattern.IsMatch(listing.Name(i)))
                (found ??= []).Add(listing.Text(i));
        }
        found?.Sort(string.CompareOrdinal);
        return found is null ? [] : [.. found];
    }
}
