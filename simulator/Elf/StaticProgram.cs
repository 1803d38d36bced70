using System.Buffers.Binary;
using System.Text;

namespace GpuContainers.Simulator.Elf;

/// <summary>Writes a program that prints one text and exits 0, and needs nothing: it runs in an empty container too.</summary>
internal static class StaticProgram
{
    private const int Base = 0x400000;
    private const int HeaderSize = 64 + 56;

    /// <summary>The executable file that prints the text.</summary>
    internal static byte[] Printing(string text)
    {
        byte[] message = Encoding.UTF8.GetBytes(text);
        byte[] code = TargetMachine.IsArm ? ArmCode(message.Length) : X86Code(message.Length);
        int size = HeaderSize + code.Length + message.Length;
        var file = new ByteWriter(is32Bit: false);
        file.Bytes(TargetMachine.Identification(is32Bit: false));
        file.Half(2);
        file.Half(TargetMachine.Number(is32Bit: false));
        file.Word(1);
        file.Native(Base + HeaderSize);
        file.Native(64);
        file.Native(0);
        file.Word(0);
        foreach (int half in (int[])[64, 56, 1, 64, 0, 0])
            file.Half(half);
        file.Word(1);
        file.Word(5);
        foreach (long value in (long[])[0, Base, Base, size, size, TargetMachine.PageSize])
            file.Native(value);
        file.Bytes(code);
        file.Bytes(message);
        return file.ToBytes();
    }

    // write(1, message, length); exit(0): the message follows the code.
    private static byte[] X86Code(int length)
    {
        byte[] code =
        [
            0xb8, 1, 0, 0, 0, 0xbf, 1, 0, 0, 0, 0x48, 0x8d, 0x35, 0, 0, 0, 0, 0xba, 0, 0, 0, 0, 0x0f, 0x05, 0xb8, 60, 0, 0, 0, 0x31, 0xff, 0x0f, 0x05,
        ];
        const int afterLea = 17;
        BinaryPrimitives.WriteInt32LittleEndian(code.AsSpan(13), code.Length - afterLea);
        BinaryPrimitives.WriteInt32LittleEndian(code.AsSpan(18), length);
        return code;
    }

    private static byte[] ArmCode(int length)
    {
        // mov x0,#1; adr x1,message; movz x2,#length; mov x8,#64; svc; mov x0,#0; mov x8,#93; svc
        uint[] instructions =
        [
            0xd2800020, 0x10000001 | (7u << 5), 0xd2800002 | ((uint)length << 5), 0xd2800808, 0xd4000001, 0xd2800000, 0xd2800ba8, 0xd4000001,
        ];
        byte[] code = new byte[instructions.Length * 4];
        for (int i = 0; i < instructions.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan(i * 4), instructions[i]);
        return code;
    }
}
