using GpuContainers.Linux.Files;

namespace GpuContainers.Simulator.Tree;

/// <summary>A regular file.</summary>
internal sealed record TreeFile(string Path, byte[] Content, UnixFileMode Mode = FileModes.PublicFile) : TreeEntry(Path)
{
    /// <summary>The bytes it has in all: what the content lacks is a hole.</summary>
    internal long Size { get; init; }
}
