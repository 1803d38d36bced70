using System.Buffers.Binary;
using System.Text;
using GpuContainers.Elf;

namespace GpuContainers.TestSupport;

/// <summary>Writes a small ELF file with what cache builders and the compatibility hook look at; each part may be wrong on purpose.</summary>
public sealed class ElfBuilder
{
    private const int StringsAt = 0x400;
    private readonly byte[] _file = new byte[0x4000];
    private int _end;

    public bool Is64Bit { get; init; } = true;

    public bool IsBigEndian { get; init; }

    /// <summary>e_type; ET_DYN.</summary>
    public ushort Type { get; init; } = 3;

    /// <summary>e_machine; x86-64.</summary>
    public ushort Machine { get; init; } = ElfMachine.X64;

    /// <summary>e_flags.</summary>
    public uint Flags { get; init; }

    /// <summary>DT_SONAME; null for a library without.</summary>
    public byte[]? Soname { get; init; }

    /// <summary>A second DT_SONAME.</summary>
    public byte[]? SecondSoname { get; init; }

    /// <summary>DT_NEEDED.</summary>
    public string[] Needed { get; init; } = [];

    public bool HasDynamic { get; init; } = true;

    public bool HasStringTable { get; init; } = true;

    /// <summary>How far addresses lie above file offsets.</summary>
    public ulong Base { get; init; }

    /// <summary>The number of program headers claimed, instead of the true one.</summary>
    public ushort? ClaimedSegments { get; init; }

    /// <summary>The content of PT_GNU_PROPERTY.</summary>
    public byte[]? Property { get; init; }

    /// <summary>Its alignment; null for that of the class.</summary>
    public uint? PropertyAlignment { get; init; }

    /// <summary>A section: name, type, flags, content and alignment.</summary>
    public (string Name, uint Type, ulong Flags, byte[] Content, ulong Alignment)? Section { get; init; }

    /// <summary>A library with this soname.</summary>
    public static byte[] Library(string soname) => new ElfBuilder { Soname = Encoding.UTF8.GetBytes(soname) }.ToBytes();

    /// <summary>The property note of a library that needs those x86 ISA levels (a bit mask).</summary>
    public static byte[] IsaNote(uint mask, bool is64Bit = true)
    {
        byte[] property = [.. Word(0xc0008002), .. Word(4), .. Word(mask), .. is64Bit ? Word(0) : []];
        return [.. Word(4), .. Word((uint)property.Length), .. Word(5), .. "GNU\0"u8, .. property];
    }

    /// <summary>The content of a note section whose name and text are padded to that alignment.</summary>
    public static byte[] Note(string owner, byte[] description, uint type = 0, int alignment = 4, uint? claimedSize = null)
    {
        byte[] name = [.. Encoding.ASCII.GetBytes(owner), 0];
        var note = new List<byte>([.. Word((uint)name.Length), .. Word(claimedSize ?? (uint)description.Length), .. Word(type), .. name]);
        while ((note.Count - 12) % alignment != 0)
            note.Add(0);
        note.AddRange(description);
        return [.. note];
    }

    public byte[] ToBytes()
    {
        _end = StringsAt;
        var strings = new List<byte>([0]);
        ulong Add(byte[] text)
        {
            int at = strings.Count;
            strings.AddRange([.. text, 0]);
            return (ulong)at;
        }
        var dynamic = new List<(ulong Tag, ulong Value)>();
        foreach (string needed in Needed)
            dynamic.Add((1, Add(Encoding.UTF8.GetBytes(needed))));
        foreach (byte[]? soname in (byte[]?[])[Soname, SecondSoname])
        {
            if (soname is not null)
                dynamic.Add((14, Add(soname)));
        }
        int table = Append([.. strings]);
        if (HasStringTable)
            dynamic.Add((5, Base + (ulong)table));
        dynamic.Add((0, 0));
        int dynamicAt = Append(new byte[dynamic.Count * Stride]);
        for (int i = 0; i < dynamic.Count; i++)
        {
            Native(dynamicAt + (i * Stride), dynamic[i].Tag);
            Native(dynamicAt + (i * Stride) + (Stride / 2), dynamic[i].Value);
        }
        int property = Append(Property ?? []);
        (int sections, int count) = AppendSections();
        int segments = WriteSegments(dynamicAt, dynamic.Count * Stride, property);
        WriteHeader(sections, count, segments);
        return _file[.._end];
    }

    private int Stride => Is64Bit ? 16 : 8;

    private static byte[] Word(uint value) => BitConverter.GetBytes(value);

    private int Append(byte[] content)
    {
        int at = _end;
        content.CopyTo(_file, at);
        _end = (at + content.Length + 15) & ~15;
        return at;
    }

    // The named section, the names, and the empty first one.
    private (int At, int Count) AppendSections()
    {
        if (Section is not { } section)
            return (0, 0);
        int content = Append(section.Content);
        byte[] names = [0, .. Encoding.ASCII.GetBytes(section.Name), 0, .. ".shstrtab\0"u8];
        int namesAt = Append(names);
        int size = Is64Bit ? 64 : 40;
        int at = Append(new byte[3 * size]);
        WriteSection(at + size, 1, section.Type, section.Flags, content, section.Content.Length, section.Alignment);
        WriteSection(at + (2 * size), section.Name.Length + 2, 3, 0, namesAt, names.Length, 1);
        return (at, 3);
    }

    private void WriteSection(int at, int name, uint type, ulong flags, int offset, int size, ulong alignment)
    {
        int word = Is64Bit ? 8 : 4;
        Word(at, (uint)name);
        Word(at + 4, type);
        Native(at + 8, flags);
        Native(at + 8 + (2 * word), (ulong)offset);
        Native(at + 8 + (3 * word), (ulong)size);
        Native(at + 16 + (4 * word), alignment);
    }

    private int WriteSegments(int dynamicAt, int dynamicSize, int property)
    {
        int count = 0;
        void Write(uint type, int offset, int size, uint alignment)
        {
            int at = (Is64Bit ? 64 : 52) + (count++ * (Is64Bit ? 56 : 32));
            int word = Is64Bit ? 8 : 4;
            Word(at, type);
            int next = at + word;
            foreach (ulong value in (ulong[])[(ulong)offset, Base + (ulong)offset, Base + (ulong)offset, (ulong)size, (ulong)size])
            {
                Native(next, value);
                next += word;
            }
            Native(Is64Bit ? next : next + 4, alignment);
            Word(Is64Bit ? at + 4 : next, 4);
        }
        Write(1, 0, _end, 0x1000);
        if (HasDynamic)
            Write(2, dynamicAt, dynamicSize, 8);
        if (Property is not null)
            Write(0x6474e553, property, Property.Length, PropertyAlignment ?? (Is64Bit ? 8u : 4u));
        return count;
    }

    private void WriteHeader(int sections, int sectionCount, int segments)
    {
        int word = Is64Bit ? 8 : 4;
        ((ReadOnlySpan<byte>)[0x7f, (byte)'E', (byte)'L', (byte)'F', (byte)(Is64Bit ? 2 : 1), (byte)(IsBigEndian ? 2 : 1), 1]).CopyTo(_file);
        Half(16, Type);
        Half(18, Machine);
        Word(20, 1);
        Native(24 + word, (ulong)(Is64Bit ? 64 : 52));
        Native(24 + (2 * word), (ulong)sections);
        int at = 24 + (3 * word);
        Word(at, Flags);
        foreach (int half in (int[])[
            Is64Bit ? 64 : 52, Is64Bit ? 56 : 32, ClaimedSegments ?? segments, Is64Bit ? 64 : 40, sectionCount, sectionCount == 0 ? 0 : sectionCount - 1])
            Half((at += 2) + 2, (ushort)half);
    }

    private void Native(int at, ulong value)
    {
        if (!Is64Bit)
            Word(at, (uint)value);
        else if (IsBigEndian)
            BinaryPrimitives.WriteUInt64BigEndian(_file.AsSpan(at), value);
        else
            BinaryPrimitives.WriteUInt64LittleEndian(_file.AsSpan(at), value);
    }

    private void Word(int at, uint value)
    {
        if (IsBigEndian)
            BinaryPrimitives.WriteUInt32BigEndian(_file.AsSpan(at), value);
        else
            BinaryPrimitives.WriteUInt32LittleEndian(_file.AsSpan(at), value);
    }

    private void Half(int at, ushort value)
    {
        if (IsBigEndian)
            BinaryPrimitives.WriteUInt16BigEndian(_file.AsSpan(at), value);
        else
            BinaryPrimitives.WriteUInt16LittleEndian(_file.AsSpan(at), value);
    }
}
