namespace GpuContainers.Elf;

/// <summary>Why an ELF file or a cache could not be understood.</summary>
public enum ElfReason
{
    /// <summary>It is not an ld.so.cache, or only has the part for old loaders.</summary>
    InvalidCache,

    /// <summary>It ends inside its header or its table of entries.</summary>
    UnexpectedEnd,
}
