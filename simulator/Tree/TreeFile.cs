namespace GpuContainers.Simulator.Tree;

/// <summary>A regular file.</summary>
internal sealed record TreeFile(string Path, byte[] Content, uint Mode = 420) : TreeEntry(Path);
