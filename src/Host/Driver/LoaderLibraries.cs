namespace GpuContainers.Host.Driver;

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
