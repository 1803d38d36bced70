namespace GpuContainers.Simulator.Tree;

/// <summary>A directory.</summary>
internal sealed record TreeDirectory(string Path) : TreeEntry(Path);
