using System.Buffers.Binary;

namespace GpuContainers.Simulator.Elf;

/// <summary>Little-endian numbers of an ELF file of either class.</summary>
internal sealed class ByteWriter(bool is32Bit)
{
    private readonly List<byte> _bytes = [];

    internal int Length => _bytes.Count;

    internal byte[] ToBytes() => _bytes.ToArray();

    internal void Bytes(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    internal void Half(int value)
    {
        Span<byte> b = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(b, (ushort)value);
        _bytes.AddRange(b);
    }

    internal void Word(long value)
    {
        Span<byte> b = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(b, (uint)value);
        _bytes.AddRange(b);
    }

    /// <summary>An address, offset or size: 4 bytes in class 32, 8 in class 64.</summary>
    internal void Native(long value)
    {
        if (is32Bit)
        {
            Word(value);
            return;
        }
        Span<byte> b = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(b, value);
        _bytes.AddRange(b);
    }

    /// <summary>Zeros up to a multiple of the size.</summary>
    internal void Align(int size)
    {
        while (Length % size != 0)
            _bytes.Add(0);
    }
}
