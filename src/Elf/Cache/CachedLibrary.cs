namespace GpuContainers.Elf.Cache;

/// <summary>A library to be written to an ld.so.cache; all names are bytes without NUL.</summary>
/// <param name="Name">The name that programs ask for.</param>
/// <param name="Path">Where the library is: an absolute path.</param>
/// <param name="Flags">The architecture (<see cref="LibraryFlags"/>).</param>
/// <param name="Hwcaps">The glibc-hwcaps directory it is in; null for an ordinary library.</param>
/// <param name="IsaLevel">The x86 ISA level it needs; only of a library with <paramref name="Hwcaps"/>.</param>
public sealed record CachedLibrary(byte[] Name, byte[] Path, int Flags, byte[]? Hwcaps = null, int IsaLevel = 0)
{
    /// <summary>Whether it stands before all others of its name and architecture, as the one that every loader is to take.</summary>
    public bool IsFirst { get; init; }
}
