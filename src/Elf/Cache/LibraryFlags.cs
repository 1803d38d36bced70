using System.Runtime.InteropServices;

namespace GpuContainers.Elf.Cache;

/// <summary>The architecture flags of cache entries.</summary>
public static class LibraryFlags
{
    /// <summary>i386; also 32-bit ARM of no certain float ABI.</summary>
    public const int I386 = 0x0003;

    /// <summary>What ldconfig up to 2.36 gives an i386 library that needs no C library; the loader takes it as it takes <see cref="I386"/>.</summary>
    public const int I386WithoutLibc = 0x0001;

    /// <summary>x86-64.</summary>
    public const int X64 = 0x0303;

    /// <summary>x86-64 with 32-bit pointers.</summary>
    public const int X32 = 0x0803;

    /// <summary>ARM with hardware floating point.</summary>
    public const int ArmHardFloat = 0x0903;

    /// <summary>64-bit ARM.</summary>
    public const int Arm64 = 0x0a03;

    /// <summary>ARM with software floating point.</summary>
    public const int ArmSoftFloat = 0x0b03;

    /// <summary>Libraries of this machine's 64-bit programs.</summary>
    public static int Native64 => IsArm ? Arm64 : X64;

    /// <summary>Libraries of the 32-bit programs that this machine runs too.</summary>
    public static int Native32 => IsArm ? ArmHardFloat : I386;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private const uint ArmAbiMask = 0xff000000;
    private const uint ArmAbi5 = 0x05000000;
    private const uint ArmHard = 0x400;
    private const uint ArmSoft = 0x200;

    /// <summary>The flags for a library, or null when a cache for this family of machines takes no such library.</summary>
    /// <param name="file">The library.</param>
    /// <param name="arm">Whether the cache is for ARM machines; else for x86 ones.</param>
    public static int? From(ElfFile file, bool arm) => (arm, file.Is64Bit, file.Machine) switch
    {
        (false, true, ElfMachine.X64) => X64,
        (false, false, ElfMachine.X64) => X32,
        // Always for the current C library, as its newer releases write (LC-14).
        (false, false, ElfMachine.I386) => I386,
        (true, true, ElfMachine.Arm64) => Arm64,
        (true, false, ElfMachine.Arm) => OfArm(file.Flags),
        _ => null,
    };

    private static int OfArm(uint flags) => (flags & ArmAbiMask) != ArmAbi5 ? I386
        : (flags & ArmHard) != 0 ? ArmHardFloat
        : (flags & ArmSoft) != 0 ? ArmSoftFloat
        : I386;
}
