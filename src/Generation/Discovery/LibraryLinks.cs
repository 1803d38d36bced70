using GpuContainers.Host.Files;

namespace GpuContainers.Generation.Discovery;

/// <summary>The links by which programs and the loader find mounted libraries, as <c>target::link</c>.</summary>
internal sealed class LibraryLinks
{
    private static readonly GlobPattern s_versioned = new("*.*.*");
    private static readonly GlobPattern s_cuda = new("libcuda.so.*.*");
    private static readonly GlobPattern s_glx = new("libGLX_nvidia.so.*.*");
    private static readonly GlobPattern s_opticalFlow = new("libnvidia-opticalflow.so.*.*");
    private readonly FileTree _files;
    private readonly List<string> _links = [];

    // The folders of the mount before, which are mostly those of the next one too.
    private string _folder = "", _hostFolder = "";

    private LibraryLinks(FileTree files) => _files = files;

    /// <summary>The links for mounts, in their order, each once (DS-75).</summary>
    internal static IReadOnlyList<string> Find(FileTree files, IReadOnlyList<Mount> mounts)
    {
        var links = new LibraryLinks(files);
        var seen = new HashSet<string>(mounts.Count);
        foreach (Mount mount in mounts.Items())
        {
            if (seen.Add(mount.ContainerPath))
                links.AddFor(mount);
        }
        return links._links;
    }

    private void AddFor(Mount mount)
    {
        string name = LexicalPath.Base(mount.ContainerPath);
        string folder = _folder = Parent(mount.ContainerPath, _folder);
        AddFixed(name, folder);
        if (!s_versioned.IsMatch(name))
            return;
        string? soname = SonameOf(mount.HostPath, name);
        if (soname is null)
            return;
        string hostFolder = _hostFolder = Parent(mount.HostPath, _hostFolder);
        if (soname != name && IsLink(hostFolder, soname))
            // The link by the soname, where the host has one (DS-78).
            Add($"{name}::{LexicalPath.Join(folder, soname)}");
        if (PlainName(soname.Length == 0 ? name : soname) is { } plain && plain != soname && IsLink(hostFolder, plain))
            // The link that the linker uses, where the host has one (DS-79).
            Add($"{(soname.Length == 0 ? name : soname)}::{LexicalPath.Join(folder, plain)}");
    }

    private static string Parent(string path, string known)
    {
        ReadOnlySpan<char> parent = LexicalPath.Parent(path.AsSpan());
        return parent.SequenceEqual(known) ? known : parent.ToString();
    }

    // Whether or not the host has them (DS-76).
    private void AddFixed(string name, string folder)
    {
        if (s_cuda.IsMatch(name))
            Add($"libcuda.so.1::{LexicalPath.Join(folder, "libcuda.so")}");
        else if (s_glx.IsMatch(name))
            Add($"{name}::{LexicalPath.Join(folder, "libGLX_indirect.so.0")}");
        else if (s_opticalFlow.IsMatch(name))
            Add($"libnvidia-opticalflow.so.1::{LexicalPath.Join(folder, "libnvidia-opticalflow.so")}");
    }

    // The base name for a library without one; null, after a warning, for what is not a library at all (DS-77).
    private string? SonameOf(string hostPath, string name)
    {
        LibrarySoname soname = _files.SonameOf(hostPath);
        if (soname.Problem is null)
            return soname.Text ?? name;
        Log.Warning($"Failed to get soname symlinks for {hostPath}: {soname.Problem}");
        return null;
    }

    // "libfoo.so" of "libfoo.so.1"; null when it has no ".so" part at all.
    private static string? PlainName(string soname)
    {
        ReadOnlySpan<char> name = soname;
        while (!name.EndsWith(".so"))
        {
            int dot = name.LastIndexOf('.');
            if (dot < 0)
                return null;
            name = name[..dot];
        }
        return name.ToString();
    }

    private bool IsLink(string folder, string name)
    {
        _ = _files.List(folder); // one listing instead of a look at each name
        return _files.KindOf(LexicalPath.Join(folder, name)) == FileKind.Link;
    }

    private void Add(string link)
    {
        if (!_links.Contains(link))
            _links.Add(link);
    }
}
