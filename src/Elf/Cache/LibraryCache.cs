using System.Buffers.Binary;
using System.Text;

namespace GpuContainers.Elf;

/// <summary>An ld.so.cache as a reader sees it: the entries of the new format in their order, with an index by base name (DS-16 to DS-24).</summary>
public sealed class LibraryCache
{
    private static ReadOnlySpan<byte> OldMagic => "ld.so-1.7.0\0"u8;

    private static ReadOnlySpan<byte> NewMagic => "glibc-ld.so.cache1.1"u8;

    private const int HeaderSize = 48;
    private const int EntrySize = 24;
    private const int OldEntrySize = 12;

    private readonly Dictionary<string, List<string>> _byBaseName = new(StringComparer.Ordinal);

    private LibraryCache(List<LibraryCacheEntry> entries)
    {
        Entries = entries;
        var paths = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (LibraryCacheEntry entry in entries)
        {
            if (!entry.Is64Bit || !seen.Add(entry.Path))
                continue;
            paths.Add(entry.Path);
            string name = entry.Path[(entry.Path.LastIndexOf('/') + 1)..];
            if (!_byBaseName.TryGetValue(name, out List<string>? same))
                _byBaseName.Add(name, same = []);
            same.Add(entry.Path);
        }
        Paths = paths;
    }

    /// <summary>Every entry that a reader accepts (DS-20, DS-21), 32-bit ones too.</summary>
    public IReadOnlyList<LibraryCacheEntry> Entries { get; }

    /// <summary>The paths of the 64-bit libraries in the cache's order, each once (DS-22).</summary>
    public IReadOnlyList<string> Paths { get; }

    /// <summary>The paths of 64-bit libraries whose last element is this name, in the cache's order (DS-24).</summary>
    public IReadOnlyList<string> PathsNamed(string baseName) => _byBaseName.TryGetValue(baseName, out List<string>? paths) ? paths : [];

    /// <summary>Reads a cache.</summary>
    /// <exception cref="ElfException">It is empty, no cache, or cut off inside its header or table.</exception>
    public static LibraryCache Parse(ReadOnlySpan<byte> file)
    {
        // String offsets count from the new header (DS-18), so everything before it is cut off first.
        ReadOnlySpan<byte> cache = SkipOldPart(file);
        if (!cache.StartsWith(NewMagic))
            throw new ElfException(ElfReason.InvalidCache, "invalid ld.so.cache file");
        if (cache.Length < HeaderSize)
            throw Truncated();
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(cache[20..]);
        if (count > (uint)(cache.Length - HeaderSize) / EntrySize)
            throw Truncated();
        var entries = new List<LibraryCacheEntry>((int)count);
        for (int i = 0; i < count; i++)
        {
            if (ReadEntry(cache, cache.Slice(HeaderSize + (i * EntrySize), EntrySize)) is { } entry)
                entries.Add(entry);
        }
        return new LibraryCache(entries);
    }

    private static ReadOnlySpan<byte> SkipOldPart(ReadOnlySpan<byte> file)
    {
        if (file.Length <= 16)
            throw new ElfException(ElfReason.InvalidCache, "invalid ld.so.cache file");
        if (!file.StartsWith(OldMagic))
            return file;
        ulong end = 16 + ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(file[12..]) * OldEntrySize);
        ulong start = (end + 7) & ~7ul;
        return start <= (ulong)file.Length ? file[(int)start..] : throw Truncated();
    }

    private static LibraryCacheEntry? ReadEntry(ReadOnlySpan<byte> cache, ReadOnlySpan<byte> entry)
    {
        int flags = BinaryPrimitives.ReadInt32LittleEndian(entry);
        bool known = (flags & 0xff00) is 0x0300 or 0x0a00 or 0x0500 or 0x0800 or 0x0900 or 0x0000;
        if ((flags & 1) == 0 || !known)
            return null;
        string? name = StringAt(cache, BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]));
        string? path = StringAt(cache, BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
        return name is null || path is null ? null : new LibraryCacheEntry(name, path, flags, BinaryPrimitives.ReadUInt64LittleEndian(entry[16..]));
    }

    // DS-21: null for a string outside the file, empty, or without an end.
    private static string? StringAt(ReadOnlySpan<byte> cache, uint offset)
    {
        if (offset >= cache.Length)
            return null;
        int end = cache[(int)offset..].IndexOf((byte)0);
        return end > 0 ? Encoding.UTF8.GetString(cache.Slice((int)offset, end)) : null;
    }

    private static ElfException Truncated() => new(ElfReason.UnexpectedEnd, "unexpected EOF");
}
