using System.Runtime.InteropServices;

namespace GpuContainers.Simulator.Elf;

/// <summary>The machine that the files are for: this one, or i386 for the 32-bit libraries of a driver.</summary>
internal static class TargetMachine
{
    internal static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>e_machine: EM_386, EM_AARCH64 or EM_X86_64.</summary>
    internal static int Number(bool is32Bit) => is32Bit ? 3 : IsArm ? 183 : 62;

    /// <summary>The largest page the kernel of this machine may use: segments are aligned to it.</summary>
    internal static int PageSize => IsArm ? 0x10000 : 0x1000;

    /// <summary>The 16 bytes that every ELF file begins with.</summary>
    internal static byte[] Identification(bool is32Bit) => [0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(is32Bit ? 1 : 2), 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
}
