namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>A file or link of one directory that is to go into the cache.</summary>
/// <param name="FileName">Its name in the directory.</param>
/// <param name="Key">The name that programs ask for.</param>
/// <param name="IsLink">Whether it stays a link entry: no soname link is made for it (HK-85).</param>
/// <param name="Facts">What the library says.</param>
/// <param name="Device">The device of the library file, links followed.</param>
/// <param name="Inode">Its inode there.</param>
/// <param name="IsInjected">Whether the file itself was mounted into the directory from outside.</param>
internal sealed record FoundLibrary(byte[] FileName, byte[] Key, bool IsLink, LibraryFacts Facts, ulong Device, ulong Inode, bool IsInjected)
{
    /// <summary>Whether both lead to the same file.</summary>
    internal bool IsSameFile(FoundLibrary other) => Device == other.Device && Inode == other.Inode;
}
