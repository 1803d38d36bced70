namespace GpuContainers.Simulator.Tree;

/// <summary>A character device.</summary>
internal sealed record TreeNode(string Path, uint Major, uint Minor, uint Mode, uint Group) : TreeEntry(Path);
