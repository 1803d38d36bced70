namespace GpuContainers.Elf;

/// <summary>Why a file of this room could not be understood.</summary>
public enum ElfReason
{
    /// <summary>It is no ld.so.cache, or only has the part for old loaders.</summary>
    InvalidCache,

    /// <summary>It ends inside its header or its table of entries.</summary>
    UnexpectedEnd,
}
