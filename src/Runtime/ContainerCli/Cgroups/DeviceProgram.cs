using GpuContainers.Linux.Bpf;

namespace GpuContainers.Runtime.ContainerCli.Cgroups;

/// <summary>The check for some devices, put before a program that decides about all (CL-122, NL-18).</summary>
internal static class DeviceProgram
{
    private const byte LoadWord = 0x61;
    private const byte And = 0x54;
    private const byte ShiftRight = 0x74;
    private const byte Copy = 0xbf;
    private const byte SkipUnless = 0x55;
    private const byte SkipUnlessSame = 0x5d;
    private const byte Set = 0xb7;
    private const byte Exit = 0x95;

    private const int Prologue = 6;
    private const int PerDevice = 8;
    private const int CharacterDevice = 2;
    private const int ReadAndWrite = 6;

    /// <summary>
    /// The program with the checks before its first instruction. Register 1, which holds what is asked, is left alone; the others are the program's to set.
    /// </summary>
    internal static byte[] Allowing(IReadOnlyList<DeviceRule> rules, ReadOnlySpan<byte> program)
    {
        byte[] result = new byte[((Prologue + (PerDevice * rules.Count)) * DeviceFilters.InstructionSize) + program.Length];
        Span<byte> rest = result;
        // The first word is the kind of device in its lower half and the access in its upper one; then come major and minor.
        Put(ref rest, LoadWord, 2, 1, 0, 0);
        Put(ref rest, And, 2, 0, 0, 0xffff);
        Put(ref rest, LoadWord, 3, 1, 0, 0);
        Put(ref rest, ShiftRight, 3, 0, 0, 16);
        Put(ref rest, LoadWord, 4, 1, 4, 0);
        Put(ref rest, LoadWord, 5, 1, 8, 0);
        foreach (DeviceRule rule in rules)
            PutRule(ref rest, rule);
        program.CopyTo(rest);
        return result;
    }

    private static void PutRule(ref Span<byte> rest, DeviceRule rule)
    {
        Put(ref rest, SkipUnless, 2, 0, 7, CharacterDevice);
        Put(ref rest, Copy, 6, 3, 0, 0);
        Put(ref rest, And, 6, 0, 0, ReadAndWrite);
        Put(ref rest, SkipUnlessSame, 6, 3, 4, 0);
        Put(ref rest, SkipUnless, 4, 0, 3, (int)rule.Major);
        Put(ref rest, SkipUnless, 5, 0, 2, (int)rule.Minor);
        Put(ref rest, Set, 0, 0, 0, 1);
        Put(ref rest, Exit, 0, 0, 0, 0);
    }

    private static void Put(ref Span<byte> rest, byte code, int to, int from, short offset, int value)
    {
        DeviceFilters.Write(rest, code, to, from, offset, value);
        rest = rest[DeviceFilters.InstructionSize..];
    }
}
