using GpuContainers.Linux.Files;

namespace GpuContainers.Simulator.Tree;

/// <summary>A regular file.</summary>
internal sealed record TreeFile(string Path, byte[] Content, UnixFileMode Mode = FileModes.PublicFile) : TreeEntry(Path);
