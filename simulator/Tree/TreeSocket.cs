namespace GpuContainers.Simulator.Tree;

/// <summary>A unix socket that nobody listens on.</summary>
internal sealed record TreeSocket(string Path) : TreeEntry(Path);
