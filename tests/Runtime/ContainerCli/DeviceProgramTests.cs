using System.Buffers.Binary;
using CsCheck;
using GpuContainers.Linux.Bpf;
using GpuContainers.Runtime.ContainerCli.Cgroups;

namespace GpuContainers.Runtime.Tests.ContainerCli;

/// <summary>The checks before a device program, carried out by a small machine that knows their instructions.</summary>
public sealed class DeviceProgramTests
{
    private const ulong OfOriginal = 77;
    private static readonly Gen<uint> Number = Gen.UInt[0, 3];

    [Fact]
    [Requirement("CL-122", "NL-18")]
    public void Exactly_the_given_devices_pass_and_everything_else_comes_to_the_original_program_with_its_question_untouched() =>
        Gen.Select(Gen.Select(Number, Number).List[0, 4], Gen.UInt[0, 3], Gen.UInt[0, 7], Number, Number).Sample((pairs, kind, access, major, minor) =>
        {
            List<DeviceRule> rules = pairs.ConvertAll(static pair => new DeviceRule(pair.Item1, pair.Item2));
            bool isGiven = kind == 2 && (access & ~6u) == 0 && rules.Contains(new DeviceRule(major, minor));
            (ulong result, ulong question) = Run(DeviceProgram.Allowing(rules, Original()), [kind | (access << 16), major, minor]);
            return result == (isGiven ? 1 : OfOriginal) && question == 1000;
        });

    // r0 = 77; exit
    private static byte[] Original()
    {
        byte[] program = new byte[2 * DeviceFilters.InstructionSize];
        DeviceFilters.Write(program, 0xb7, 0, 0, 0, (int)OfOriginal);
        DeviceFilters.Write(program.AsSpan(DeviceFilters.InstructionSize), 0x95, 0, 0, 0, 0);
        return program;
    }

    // The kernel's words are at address 1000, which register 1 holds.
    private static (ulong Result, ulong Question) Run(ReadOnlySpan<byte> program, uint[] words)
    {
        ulong[] r = new ulong[11];
        r[1] = 1000;
        for (int at = 0; ; at++)
        {
            ReadOnlySpan<byte> i = program.Slice(at * DeviceFilters.InstructionSize, DeviceFilters.InstructionSize);
            int to = i[1] & 15, from = i[1] >> 4;
            short offset = BinaryPrimitives.ReadInt16LittleEndian(i[2..]);
            uint value = BinaryPrimitives.ReadUInt32LittleEndian(i[4..]);
            switch (i[0])
            {
                case 0x61:
                    Assert.Equal(1000UL, r[from]);
                    r[to] = words[offset / 4];
                    break;
                case 0x54:
                    r[to] = (uint)r[to] & value;
                    break;
                case 0x74:
                    r[to] = (uint)r[to] >> (int)value;
                    break;
                case 0xbf:
                    r[to] = r[from];
                    break;
                case 0xb7:
                    r[to] = value;
                    break;
                case 0x55:
                    at += r[to] == value ? 0 : offset;
                    break;
                case 0x5d:
                    at += r[to] == r[from] ? 0 : offset;
                    break;
                default:
                    Assert.Equal(0x95, i[0]);
                    return (r[0], r[1]);
            }
        }
    }
}
