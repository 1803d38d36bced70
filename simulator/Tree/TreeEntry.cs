namespace GpuContainers.Simulator.Tree;

/// <summary>Something that the simulated host has and this machine has not.</summary>
/// <param name="Path">Where, absolute.</param>
internal abstract record TreeEntry(string Path);

/// <summary>A directory.</summary>
internal sealed record TreeDirectory(string Path) : TreeEntry(Path);

/// <summary>A regular file.</summary>
internal sealed record TreeFile(string Path, byte[] Content, uint Mode = 420) : TreeEntry(Path);

/// <summary>A symbolic link.</summary>
internal sealed record TreeLink(string Path, string Target) : TreeEntry(Path);

/// <summary>A character device.</summary>
internal sealed record TreeNode(string Path, uint Major, uint Minor, uint Mode, uint Group) : TreeEntry(Path);

/// <summary>A unix socket that nobody listens on.</summary>
internal sealed record TreeSocket(string Path) : TreeEntry(Path);
