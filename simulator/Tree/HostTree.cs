using System.Text;
using GpuContainers.Elf.Cache;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Simulator.Tree;

/// <summary>Everything that the simulated host has and this machine has not, in the order of making.</summary>
internal sealed class HostTree
{
    private readonly List<TreeEntry> _entries = [];

    /// <summary>What there is to make.</summary>
    internal IReadOnlyList<TreeEntry> Entries => _entries;

    /// <summary>Folders whose ld.so.cache is to be written again, each the root of a file system tree.</summary>
    internal HashSet<string> CacheRoots { get; } = new(StringComparer.Ordinal);

    /// <summary>Libraries that the cache of a root is to know although no folder of its configuration has them; by the root.</summary>
    internal Dictionary<string, IReadOnlyList<CachedLibrary>> KnownLibraries { get; } = new(StringComparer.Ordinal);

    internal void Directory(string path) => _entries.Add(new TreeDirectory(LexicalPath.Clean(path)));

    internal void File(string path, string text, UnixFileMode mode = FileModes.PublicFile) => File(path, Encoding.UTF8.GetBytes(text), mode);

    internal void File(string path, byte[] content, UnixFileMode mode = FileModes.PublicFile) =>
        File(path, content, mode, 0);

    internal void File(string path, byte[] content, UnixFileMode mode, long size) =>
        _entries.Add(new TreeFile(LexicalPath.Clean(path), content, mode) { Size = size });

    internal void Link(string path, string target) => _entries.Add(new TreeLink(LexicalPath.Clean(path), target));

    internal void Node(string path, uint major, uint minor, UnixFileMode mode, uint group) =>
        _entries.Add(new TreeNode(LexicalPath.Clean(path), major, minor, mode, group));

    internal void Socket(string path) => _entries.Add(new TreeSocket(LexicalPath.Clean(path)));
}

/// <summary>Something that the simulated host has and this machine has not.</summary>
/// <param name="Path">Where, absolute.</param>
internal abstract record TreeEntry(string Path);

/// <summary>A directory.</summary>
internal sealed record TreeDirectory(string Path) : TreeEntry(Path);

/// <summary>A regular file.</summary>
internal sealed record TreeFile(string Path, byte[] Content, UnixFileMode Mode = FileModes.PublicFile) : TreeEntry(Path)
{
    /// <summary>The bytes it has in all: what the content lacks is a hole.</summary>
    internal long Size { get; init; }
}

/// <summary>A symbolic link.</summary>
internal sealed record TreeLink(string Path, string Target) : TreeEntry(Path);

/// <summary>A character device.</summary>
internal sealed record TreeNode(string Path, uint Major, uint Minor, UnixFileMode Mode, uint Group) : TreeEntry(Path);

/// <summary>A unix socket that nobody listens on.</summary>
internal sealed record TreeSocket(string Path) : TreeEntry(Path);
