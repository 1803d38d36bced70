namespace GpuContainers.Elf;

/// <summary>Values of e_machine that are told apart.</summary>
public static class ElfMachine
{
    /// <summary>EM_386.</summary>
    public const ushort I386 = 3;

    /// <summary>EM_ARM.</summary>
    public const ushort Arm = 40;

    /// <summary>EM_X86_64.</summary>
    public const ushort X64 = 62;

    /// <summary>EM_AARCH64.</summary>
    public const ushort Arm64 = 183;
}
