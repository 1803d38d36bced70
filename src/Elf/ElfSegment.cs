namespace GpuContainers.Elf;

/// <summary>One program header (elf(5), Phdr), widened to 64 bits.</summary>
/// <param name="Type">p_type.</param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Address">Its virtual address.</param>
/// <param name="FileSize">Its bytes in the file.</param>
/// <param name="Alignment">p_align.</param>
public readonly record struct ElfSegment(uint Type, ulong Offset, ulong Address, ulong FileSize, ulong Alignment)
{
    /// <summary>PT_LOAD.</summary>
    public const uint Load = 1;

    /// <summary>PT_DYNAMIC.</summary>
    public const uint Dynamic = 2;

    /// <summary>PT_GNU_PROPERTY.</summary>
    public const uint GnuProperty = 0x6474e553;
}
