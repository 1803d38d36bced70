namespace GpuContainers.Host.Driver;

/// <summary>Files of the driver below /etc and the data folders.</summary>
public sealed class ConfigFiles
{
    private readonly DriverRoot _root;
    private readonly List<string> _folders;

    /// <summary>Looks in explicit absolute host folders, or, if there are none, below the root in /etc and the data folders.</summary>
    /// <param name="root">Where the driver is.</param>
    /// <param name="searchPaths">Host folders; may be empty.</param>
    /// <param name="dataDirectories">The text of XDG_DATA_DIRS; null or empty for the usual two.</param>
    public ConfigFiles(DriverRoot root, IReadOnlyList<string> searchPaths, string? dataDirectories)
    {
        _root = root;
        _folders = [.. SearchPath.Split(searchPaths)];
        if (_folders.Count > 0)
            return;
        string data = string.IsNullOrEmpty(dataDirectories) ? "/usr/local/share:/usr/share" : dataDirectories;
        _folders = [.. SearchPath.Split(["/etc", data]).Select(root.Join)];
        // Where NixOS and Guix have the driver's files; a service has no variable that says so (DS-142).
        string store = root.Join("/run/opengl-driver/share");
        if (!_folders.Contains(store) && root.Files.IsDirectory(root.Join("/run/opengl-driver")))
            _folders.Add(store);
    }

    /// <summary>The host folders that are searched, in their order.</summary>
    public IReadOnlyList<string> Folders => _folders;

    /// <summary>Where a file was found first; null when it is nowhere.</summary>
    /// <param name="file">The path inside the folders, such as <c>vulkan/icd.d/nvidia_icd.json</c>.</param>
    /// <param name="alsoBelowRoot">Whether the root itself counts as the last folder.</param>
    public string? Locate(string file, bool alsoBelowRoot = false)
    {
        foreach (string folder in _folders)
        {
            string path = LexicalPath.Join(folder, file);
            _root.Files.ListIfShort(folder);
            if (_root.Files.IsFile(path))
                return path;
        }
        string below = _root.Join(file);
        return alsoBelowRoot && _root.Files.IsFile(below) ? below : null;
    }
}
