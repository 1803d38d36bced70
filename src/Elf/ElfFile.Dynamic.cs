namespace GpuContainers.Elf;

/// <content>The dynamic section.</content>
public sealed partial class ElfFile
{
    private const ulong TagNeeded = 1;
    private const ulong TagStringTable = 5;
    private const ulong TagSoname = 14;

    // Each costs a read of the file.
    private const int MaximumNeeded = 1024;

    /// <summary>Reads the dynamic section through PT_DYNAMIC.</summary>
    /// <param name="withNeeded">Whether to read the names of needed libraries too.</param>
    /// <returns>Null when there is no dynamic segment within the file, it is empty or over 1 MiB, or it names no string table.</returns>
    public ElfDynamic? ReadDynamic(bool withNeeded)
    {
        if (DynamicEntries() is not { } entries)
            return null;
        ulong? table = null;
        ulong? soname = null;
        bool isRepeated = false;
        var needed = new List<ulong>();
        int stride = Is64Bit ? 16 : 8;
        for (int at = 0; at + stride <= entries.Length; at += stride)
        {
            ulong tag = Address(entries.AsSpan(at));
            ulong value = Address(entries.AsSpan(at + (stride / 2)));
            if (tag == 0)
                break;
            if (tag == TagStringTable)
                table ??= value;
            else if (tag == TagSoname)
                (soname, isRepeated) = (soname ?? value, soname is not null);
            else if (tag == TagNeeded && withNeeded && needed.Count < MaximumNeeded)
                needed.Add(value);
        }
        return table is { } address && Resolve(FileOffset(address), soname, needed) is { } dynamic ? dynamic with { HasSeveralSonames = isRepeated } : null;
    }

    private ElfDynamic? Resolve(ulong table, ulong? soname, List<ulong> needed)
    {
        if (table >= (ulong)_size)
            return null;
        var names = new List<byte[]>(needed.Count);
        foreach (ulong offset in needed)
        {
            if (StringAt(unchecked(table + offset)) is { } name)
                names.Add(name);
        }
        return new ElfDynamic(soname is { } at ? StringAt(unchecked(table + at)) : null, soname is not null, names);
    }

    private byte[]? DynamicEntries()
    {
        foreach (ElfSegment segment in Segments)
        {
            if (segment.Type != ElfSegment.Dynamic)
                continue;
            ExceedsLimits = segment.FileSize > MaximumDynamicBytes;
            if (segment.FileSize == 0 || ExceedsLimits)
                return null;
            // The claimed size is checked against the file before memory is taken for it.
            if (segment.Offset > (ulong)_size || segment.FileSize > (ulong)_size - segment.Offset)
                return null;
            byte[] entries = new byte[segment.FileSize];
            return TryFill(segment.Offset, entries) ? entries : null;
        }
        return null;
    }

    // Through the PT_LOAD that holds the address; an address in none is taken as an offset (HK-83).
    private ulong FileOffset(ulong address)
    {
        foreach (ElfSegment segment in Segments)
        {
            if (segment.Type == ElfSegment.Load && address >= segment.Address && address - segment.Address < segment.FileSize)
                return unchecked(address - segment.Address + segment.Offset);
        }
        return address;
    }
}

/// <summary>What the dynamic section says.</summary>
/// <param name="Soname">The first DT_SONAME; null when there is none or its string is not within the file.</param>
/// <param name="HasSonameEntry">Whether there is a DT_SONAME, readable or not.</param>
/// <param name="Needed">DT_NEEDED in their order.</param>
public sealed record ElfDynamic(byte[]? Soname, bool HasSonameEntry, IReadOnlyList<byte[]> Needed)
{
    /// <summary>Whether there are several DT_SONAME, so that none can be relied on.</summary>
    public bool HasSeveralSonames { get; init; }
}
