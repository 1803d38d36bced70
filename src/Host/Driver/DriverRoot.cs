namespace GpuContainers.Host.Driver;

/// <summary>Where a driver is installed: the folder its files lie below, and the folder that holds <c>dev</c>. Both are absolute and clean.</summary>
public sealed class DriverRoot
{
    private readonly string _realRoot;

    /// <summary>
    /// Takes the roots as a user gave them. An empty root is <c>/</c>, an empty device root the root; a relative one starts at the working directory.
    /// </summary>
    public DriverRoot(FileTree files, string root = "", string devRoot = "")
    {
        Files = files;
        Path = Absolute(root.Length == 0 ? "/" : root);
        DevPath = devRoot.Length == 0 ? Path : Absolute(devRoot);
        _realRoot = Path == "/" ? "/" : files.Resolve(Path) ?? Path;
    }

    /// <summary>The files of the host.</summary>
    public FileTree Files { get; }

    /// <summary>The driver root.</summary>
    public string Path { get; }

    /// <summary>The folder that holds <c>dev</c>.</summary>
    public string DevPath { get; }

    /// <summary>The host path of something inside the root.</summary>
    public string Join(string path) => Path == "/" && path.StartsWith('/') ? LexicalPath.Clean(path) : LexicalPath.Join(Path, path);

    /// <summary>
    /// The path as seen from inside the root: the root, given or resolved, is taken off the front where it ends at a slash; other paths, and what would
    /// become empty, come back as they are.
    /// </summary>
    public string Relative(string path) => Under(path, Path) ?? Under(path, _realRoot) ?? path;

    /// <summary>
    /// A host path with all links followed, or null when something is missing. Links are followed by the host's rules; where that leads nowhere or out of
    /// the root, as if the root were "/". What lies below the root is told by the root as it was given.
    /// </summary>
    public string? Resolve(string path)
    {
        string? real = Files.Resolve(path);
        if (Path == "/")
            return real;
        string? inside = real is null ? null : Under(real, _realRoot);
        if (inside is not null)
            return LexicalPath.Join(Path, inside);
        return (Under(path, Path) is null ? null : Files.Resolve(path, Path)) ?? real;
    }

    private static string? Under(string path, string root)
    {
        if (root == "/")
            return path;
        return path.Length > root.Length && path[root.Length] == '/' && path.StartsWith(root, StringComparison.Ordinal) ? path[root.Length..] : null;
    }

    private static string Absolute(string path) =>
        path.StartsWith('/') ? LexicalPath.Clean(path) : LexicalPath.Join(Environment.CurrentDirectory, path);
}
