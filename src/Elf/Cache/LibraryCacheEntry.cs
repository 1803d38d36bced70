namespace GpuContainers.Elf.Cache;

/// <summary>One library in an ld.so.cache.</summary>
/// <param name="Name">The name that programs ask for.</param>
/// <param name="Path">Where the library is.</param>
/// <param name="Flags">The architecture (<see cref="LibraryFlags"/>).</param>
/// <param name="Hwcap">The hardware capability field: 0, or bit 62 with the ISA level in bits 32 to 41 and the index of the glibc-hwcaps name in bits 0 to
/// 31.</param>
public sealed record LibraryCacheEntry(string Name, string Path, int Flags, ulong Hwcap)
{
    /// <summary>Whether the entry is for 64-bit programs.</summary>
    public bool Is64Bit => IsOf64Bit(Flags);

    internal static bool IsOf64Bit(int flags) => (flags & 0xff00) is 0x0300 or 0x0a00 or 0x0500;
}
