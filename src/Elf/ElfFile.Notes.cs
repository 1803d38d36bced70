using System.Numerics;

namespace GpuContainers.Elf;

/// <content>Notes: sections by name, and the property note of x86.</content>
public sealed partial class ElfFile
{
    private const uint SectionTypeNote = 7;
    private const ulong SectionCompressed = 0x800;
    private const int MaximumNoteBytes = 1 << 20;
    private const uint NoteTypeProperty = 5;
    private const uint PropertyIsaNeeded = 0xc0008002;

    /// <summary>The description of the note in the first note section of the given name.</summary>
    /// <param name="section">The section's name.</param>
    /// <param name="owner">The note's owner, without its final NUL.</param>
    /// <returns>The description, clamped to the section's end and without NUL bytes at both ends; null when there is no such note.</returns>
    public byte[]? ReadNote(ReadOnlySpan<byte> section, ReadOnlySpan<byte> owner)
    {
        if (FindSection(section) is not { } found || found.Alignment is 0 or > 4096 || !BitOperations.IsPow2(found.Alignment))
            return null;
        byte[] content = new byte[found.Size];
        if (!TryFill(found.Offset, content) || content.Length < 12)
            return null;
        ulong nameSize = Word(content);
        ulong descriptionSize = Word(content.AsSpan(4));
        ulong start = 12 + ((nameSize + found.Alignment - 1) & ~(found.Alignment - 1));
        if (nameSize == 0 || descriptionSize == 0 || start > (ulong)content.Length)
            return null;
        ReadOnlySpan<byte> name = content.AsSpan(12, (int)nameSize);
        if (!name.TrimEnd((byte)0).SequenceEqual(owner))
            return null;
        // Real libraries claim more than the section holds (HK-105).
        int length = (int)Math.Min(descriptionSize, (ulong)content.Length - start);
        return content.AsSpan((int)start, length).Trim((byte)0).ToArray();
    }

    /// <summary>
    /// The x86 ISA level the library needs: the number of the highest bit of GNU_PROPERTY_X86_ISA_1_NEEDED in the property note; 0 when it needs none.
    /// </summary>
    public int ReadIsaLevel()
    {
        foreach (ElfSegment segment in Segments)
        {
            if (segment.Type != ElfSegment.GnuProperty || segment.Alignment != (Is64Bit ? 8u : 4u) || segment.FileSize is < 16 or > MaximumNoteBytes)
                continue;
            if (segment.Offset > (ulong)_size || segment.FileSize > (ulong)_size - segment.Offset)
                return 0;
            byte[] notes = new byte[segment.FileSize];
            return TryFill(segment.Offset, notes) ? IsaLevel(notes, (int)segment.Alignment) : 0;
        }
        return 0;
    }

    private int IsaLevel(ReadOnlySpan<byte> notes, int alignment)
    {
        while (notes.Length >= 16)
        {
            uint nameSize = Word(notes);
            uint size = Word(notes[4..]);
            bool isProperty = nameSize == 4 && Word(notes[8..]) == NoteTypeProperty && notes[12..16].SequenceEqual("GNU\0"u8);
            ulong start = 12 + (((ulong)nameSize + 3) & ~3ul);
            ulong end = start + (((ulong)size + (ulong)alignment - 1) & ~((ulong)alignment - 1));
            if (start + size > (ulong)notes.Length)
                return 0;
            if (isProperty)
                return IsaLevelOfProperties(notes.Slice((int)start, (int)size), alignment);
            if (end >= (ulong)notes.Length)
                return 0;
            notes = notes[(int)end..];
        }
        return 0;
    }

    private int IsaLevelOfProperties(ReadOnlySpan<byte> properties, int alignment)
    {
        while (properties.Length >= 8)
        {
            uint type = Word(properties);
            uint size = Word(properties[4..]);
            if (size > properties.Length - 8)
                return 0;
            if (type == PropertyIsaNeeded)
                return size == 4 && Word(properties[8..]) is > 0 and uint mask ? BitOperations.Log2(mask) : 0;
            ulong next = 8 + (((ulong)size + (ulong)alignment - 1) & ~((ulong)alignment - 1));
            if (next >= (ulong)properties.Length)
                return 0;
            properties = properties[(int)next..];
        }
        return 0;
    }

    private (ulong Offset, int Size, ulong Alignment)? FindSection(ReadOnlySpan<byte> name)
    {
        int stride = Is64Bit ? 64 : 40;
        if (_sectionCount == 0 || _sectionEntrySize != stride || _sectionNames >= _sectionCount)
            return null;
        if (_sectionOffset > (ulong)_size || (ulong)_sectionCount * (ulong)stride > (ulong)_size - _sectionOffset)
            return null;
        byte[] table = new byte[_sectionCount * stride];
        if (!TryFill(_sectionOffset, table) || Section(table, _sectionNames) is not { } names)
            return null;
        byte[] texts = new byte[names.Size];
        if (!TryFill(names.Offset, texts))
            return null;
        for (int i = 0; i < _sectionCount; i++)
        {
            ReadOnlySpan<byte> entry = table.AsSpan(i * stride, stride);
            if (Word(entry[4..]) == SectionTypeNote && NameIs(texts, Word(entry), name))
                return Section(table, i);
        }
        return null;
    }

    // Null for a section that is compressed, over 1 MiB or not within the file (HK-107).
    private (ulong Offset, int Size, ulong Alignment)? Section(ReadOnlySpan<byte> table, int index)
    {
        ReadOnlySpan<byte> entry = table.Slice(index * (Is64Bit ? 64 : 40));
        ulong flags = Address(entry[8..]);
        ulong offset = Address(entry[(Is64Bit ? 24 : 16)..]);
        ulong size = Address(entry[(Is64Bit ? 32 : 20)..]);
        ulong alignment = Address(entry[(Is64Bit ? 48 : 32)..]);
        if ((flags & SectionCompressed) != 0 || size > MaximumNoteBytes || offset > (ulong)_size || size > (ulong)_size - offset)
            return null;
        return (offset, (int)size, alignment);
    }

    private static bool NameIs(ReadOnlySpan<byte> texts, uint at, ReadOnlySpan<byte> name) =>
        at < texts.Length && texts[(int)at..].StartsWith(name) && at + (uint)name.Length < texts.Length && texts[(int)at + name.Length] == 0;
}
