namespace GpuContainers.Simulator.Tree;

/// <summary>A symbolic link.</summary>
internal sealed record TreeLink(string Path, string Target) : TreeEntry(Path);
