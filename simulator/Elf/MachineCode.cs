using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace GpuContainers.Simulator.Elf;

/// <summary>Functions so small that they are written down as the processor's own instructions.</summary>
internal static class MachineCode
{
    /// <summary>int f(): 0.</summary>
    internal static byte[] ReturnZero() => TargetMachine.IsArm ? Arm(ZeroResult, Return) : [0x31, 0xc0, 0xc3];

    /// <summary>int f(int *a): *a = value; 0.</summary>
    internal static byte[] Store(int value) =>
        TargetMachine.IsArm ? Arm([.. LoadNumber(value), StoreNumber, ZeroResult, Return]) : [0xc7, 0x07, .. Bytes(value), 0x31, 0xc0, 0xc3];

    /// <summary>int f(int *a, int b): *a = b; 0.</summary>
    internal static byte[] StoreSecondArgument() =>
        TargetMachine.IsArm ? Arm(0xb9000001, ZeroResult, Return) : [0x89, 0x37, 0x31, 0xc0, 0xc3];

    /// <summary>int f(int *a, int b): *a = the value that goes with b; 0, or 1 (CUDA_ERROR_INVALID_VALUE) for any other b.</summary>
    internal static byte[] StoreBySecondArgument(params ReadOnlySpan<(int Key, int Value)> values)
    {
        List<byte> x86 = [];
        List<uint> arm = [];
        foreach ((int key, int value) in values)
        {
            // cmp esi, key; jne over; mov dword [rdi], value; xor eax, eax; ret
            x86.AddRange([0x81, 0xfe, .. Bytes(key), 0x75, 9, 0xc7, 0x07, .. Bytes(value), 0x31, 0xc0, 0xc3]);
            // cmp w1, #key; b.ne over six instructions
            arm.AddRange([0x7100001f | (uint)(key << 10) | (1u << 5), 0x54000001 | (6u << 5), .. LoadNumber(value), StoreNumber, ZeroResult, Return]);
        }
        x86.AddRange([0xb8, .. Bytes(1), 0xc3]);
        arm.AddRange([0x52800020, Return]);
        return TargetMachine.IsArm ? Arm([.. arm]) : [.. x86];
    }

    // mov w0, #0; ret; str w8, [x0]
    private const uint ZeroResult = 0x52800000, Return = 0xd65f03c0, StoreNumber = 0xb9000008;

    // movz w8, #low; movk w8, #high, lsl #16
    private static uint[] LoadNumber(int value) => [0x52800008 | ((uint)(value & 0xffff) << 5), 0x72a00008 | ((uint)value >> 16 << 5)];

    private static byte[] Bytes(int value) => [(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)];

    private static byte[] Arm(params ReadOnlySpan<uint> instructions)
    {
        byte[] code = new byte[instructions.Length * 4];
        for (int i = 0; i < instructions.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(i * 4), instructions[i]);
        return code;
    }
}

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
