namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>A library of one directory as the cache is to name it.</summary>
/// <param name="Key">The name that programs ask for.</param>
/// <param name="RecordedName">The name in the directory that the cache gives: the soname's, or the file's own.</param>
/// <param name="Flags">Its architecture.</param>
/// <param name="IsaLevel">The x86 ISA level it needs.</param>
/// <param name="IsInjected">Whether it leads to a file that was mounted into the directory.</param>
internal sealed record ScannedLibrary(byte[] Key, byte[] RecordedName, int Flags, int IsaLevel, bool IsInjected);

/// <summary>A glibc-hwcaps directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">Its device and inode.</param>
/// <param name="Libraries">What is in it.</param>
internal sealed record ScannedHwcaps(byte[] Name, (ulong Device, ulong Inode) Key, IReadOnlyList<ScannedLibrary> Libraries);

/// <summary>What a directory holds, its path apart: that depends on the name under which the container's loader comes to it.</summary>
/// <param name="Libraries">What is in it.</param>
/// <param name="Hwcaps">Its glibc-hwcaps directories.</param>
internal sealed record ScannedDirectory(IReadOnlyList<ScannedLibrary> Libraries, IReadOnlyList<ScannedHwcaps> Hwcaps);
