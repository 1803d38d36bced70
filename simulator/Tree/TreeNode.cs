namespace GpuContainers.Simulator.Tree;

/// <summary>A character device.</summary>
internal sealed record TreeNode(string Path, uint Major, uint Minor, UnixFileMode Mode, uint Group) : TreeEntry(Path);
