namespace GpuContainers.Host.Driver;

/// <summary>The libraries of one driver: which version it has, in which folders they lie, and each of them.</summary>
public sealed class DriverLibraries
{
    private readonly DriverRoot _root;
    private readonly Func<string?> _loadedVersion;
    private string? _version;
    private IReadOnlyList<string>? _directories;

    /// <summary>Prepares the search; nothing is looked up yet.</summary>
    /// <param name="root">Where the driver is.</param>
    /// <param name="folders">All libraries of the root.</param>
    /// <param name="loadedVersion">Tells the version of the loaded driver, or null when there is none.</param>
    public DriverLibraries(DriverRoot root, LibraryFolders folders, Func<string?> loadedVersion)
    {
        _root = root;
        _loadedVersion = loadedVersion;
        Folders = folders;
    }

    /// <summary>All libraries of the driver root, the driver's or not.</summary>
    public LibraryFolders Folders { get; }

    /// <summary>The driver's version, such as 575.57.08: that of the loaded driver, else that in the name of its libraries.</summary>
    /// <exception cref="HostException">There is no library to tell it.</exception>
    public string Version => _version ??= _loadedVersion() ?? Infer();

    /// <summary>The folders of the driver's libraries as seen from inside the root, in the order they were found.</summary>
    /// <exception cref="HostException">No library of this version is there.</exception>
    public IReadOnlyList<string> Directories => _directories ??= FindDirectories();

    /// <summary>The driver's libraries that match a pattern, links followed; in the driver's folders and in additional ones.</summary>
    /// <param name="pattern">A glob for the file name.</param>
    /// <param name="additional">More folders; a relative one stands below each of the driver's folders.</param>
    public IReadOnlyList<string> Locate(string pattern, params IReadOnlyList<string> additional)
    {
        ReadOnlySpan<string> own = Directories.Items();
        var folders = new List<string>();
        foreach (string directory in own)
            folders.Add(_root.Join(directory));
        foreach (string folder in additional.Items())
        {
            if (folder.StartsWith('/'))
            {
                folders.Add(_root.Join(folder));
                continue;
            }
            foreach (string directory in own)
                folders.Add(_root.Join(LexicalPath.Join(directory, folder)));
        }
        return Folders.LocateIn(LibraryFolders.Existing(_root, folders), pattern);
    }

    private string Infer()
    {
        foreach (string prefix in (ReadOnlySpan<string>)["libcuda.so.", "libnvidia-ml.so."])
        {
            IReadOnlyList<string> found = Folders.Locate(prefix + "*.*");
            if (found.Count == 0)
                continue;
            if (found.Count > 1)
                // The first in byte order counts, so that results equal those of NVIDIA's toolkit (DS-32).
                Log.Debug($"several driver versions below {_root.Path}, taking the first: {string.Join(", ", found)}");
            string name = LexicalPath.Base(found[0]);
            if (!name.StartsWith(prefix, StringComparison.Ordinal) || name.Length == prefix.Length)
                throw new HostException($"failed to extract version from path {found[0]}");
            return name[prefix.Length..];
        }
        throw NotLocated("libcuda.so.*.*", "libnvidia-ml.so.*.*");
    }

    private List<string> FindDirectories()
    {
        string version = Version;
        if (Folders.Locate("libcuda.so." + version).Count == 0 && Folders.Locate("libnvidia-ml.so." + version).Count == 0)
            throw NotLocated("libcuda.so." + version, "libnvidia-ml.so." + version);
        var directories = new List<string>();
        foreach (string library in Folders.Locate("lib*.so." + version))
        {
            string directory = _root.Relative(LexicalPath.Parent(library));
            if (!directories.Contains(directory))
                directories.Add(directory);
        }
        return directories;
    }

    // Both names, because both were looked for (DS-31).
    private HostException NotLocated(string first, string second) => new(
        $"failed to locate \"libcuda.so.\": {first}: not found\n{second}: not found below {_root.Path}; install the driver's libraries there, or name their " +
            "root "
        + "(--driver-root, nvidia-container-cli.root) or folder (--library-search-path)");
}
