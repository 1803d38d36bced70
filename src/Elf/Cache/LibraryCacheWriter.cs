using System.Buffers.Binary;
using System.Text;

namespace GpuContainers.Elf.Cache;

/// <summary>Writes an ld.so.cache in the new format, byte for byte as the C library's own cache builder would, but for the generator text.</summary>
/// <param name="generator">The text that names the writer.</param>
/// <param name="signedBytes">See <see cref="LoaderOrder"/>.</param>
public sealed class LibraryCacheWriter(string generator, bool signedBytes)
{
    private const int HeaderSize = 48;
    private const int EntrySize = 24;
    private const int SectionSize = 16;
    private const uint ExtensionMagic = 0xeaa42174;
    private const uint GeneratorTag = 0;
    private const uint HwcapsTag = 1;
    private const ulong HwcapsEntry = 1UL << 62;
    private const byte LittleEndian = 2;

    private static readonly Comparer<byte[]> s_byBytes = Comparer<byte[]>.Create(static (a, b) => a.AsSpan().SequenceCompareTo(b));

    private readonly LoaderOrder _order = new(signedBytes);
    private readonly List<CachedLibrary> _libraries = [];
    private readonly HashSet<byte[]> _hwcapsSeen = new(ByteEquality.Instance);

    /// <summary>The most bytes a path may have.</summary>
    public const int MaximumPath = 4095;

    /// <summary>How many libraries were added.</summary>
    public int Count => _libraries.Count;

    /// <summary>Adds a library. Where two are equal in the loader's order the earlier one wins.</summary>
    public void Add(CachedLibrary library) => _libraries.Add(library);

    /// <summary>Notes a glibc-hwcaps directory; its name stands in the cache's strings even if no library in it does.</summary>
    public void AddHwcaps(byte[] name) => _hwcapsSeen.Add(name);

    /// <summary>The file.</summary>
    public byte[] ToBytes()
    {
        CachedLibrary[] sorted = Sorted();
        byte[][] hwcaps = HwcapsInUse(sorted);
        int stringsStart = HeaderSize + (EntrySize * sorted.Length);
        var strings = new CacheStrings(AllStrings(sorted), stringsStart);
        byte[] text = Encoding.UTF8.GetBytes(generator);
        int extension = (stringsStart + strings.Length + 3) & ~3;
        int sections = hwcaps.Length > 0 ? 2 : 1;
        int hwcapsStart = extension + 8 + (SectionSize * sections);
        byte[] file = new byte[hwcapsStart + (4 * hwcaps.Length) + text.Length];
        WriteHeader(file, sorted.Length, strings.Length, extension);
        WriteEntries(file, sorted, hwcaps, strings);
        strings.Write(file.AsSpan(stringsStart));
        WriteExtension(file, extension, hwcapsStart, hwcaps, strings, text);
        return file;
    }

    // The loader searches with a binary search, so one wrong place hides libraries (LC-9, LC-8).
    private CachedLibrary[] Sorted()
    {
        var indexed = new (CachedLibrary Library, int Index)[_libraries.Count];
        for (int i = 0; i < indexed.Length; i++)
            indexed[i] = (_libraries[i], i);
        Array.Sort(indexed, (a, b) =>
        {
            int order = Compare(a.Library, b.Library);
            return order != 0 ? order : a.Index.CompareTo(b.Index);
        });
        return Array.ConvertAll(indexed, i => i.Library);
    }

    private int Compare(CachedLibrary a, CachedLibrary b)
    {
        int order = _order.Compare(b.Name, a.Name);
        if (order != 0)
            return order;
        if (a.Flags != b.Flags)
            return b.Flags.CompareTo(a.Flags);
        // The loader takes the first ordinary entry it comes to, and looks at no other (HK-146).
        if (a.IsFirst != b.IsFirst)
            return b.IsFirst.CompareTo(a.IsFirst);
        if (a.Hwcaps is null || b.Hwcaps is null)
            return (a.Hwcaps is null).CompareTo(b.Hwcaps is null);
        return a.Hwcaps.AsSpan().SequenceCompareTo(b.Hwcaps);
    }

    private static byte[][] HwcapsInUse(CachedLibrary[] libraries)
    {
        var names = new SortedSet<byte[]>(s_byBytes);
        foreach (CachedLibrary library in libraries)
        {
            if (library.Hwcaps is not null)
                names.Add(library.Hwcaps);
        }
        byte[][] result = new byte[names.Count][];
        names.CopyTo(result);
        return result;
    }

    private HashSet<byte[]> AllStrings(CachedLibrary[] libraries)
    {
        var all = new HashSet<byte[]>(_hwcapsSeen, ByteEquality.Instance);
        foreach (CachedLibrary library in libraries)
        {
            all.Add(library.Name);
            all.Add(library.Path);
            if (library.Hwcaps is not null)
                all.Add(library.Hwcaps);
        }
        return all;
    }

    private static void WriteHeader(Span<byte> file, int count, int stringsLength, int extension)
    {
        "glibc-ld.so.cache1.1"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file[20..], count);
        BinaryPrimitives.WriteInt32LittleEndian(file[24..], stringsLength);
        file[28] = LittleEndian;
        BinaryPrimitives.WriteInt32LittleEndian(file[32..], extension);
    }

    private static void WriteEntries(Span<byte> file, CachedLibrary[] libraries, byte[][] hwcaps, CacheStrings strings)
    {
        Span<byte> entry = file[HeaderSize..];
        foreach (CachedLibrary library in libraries)
        {
            BinaryPrimitives.WriteInt32LittleEndian(entry, library.Flags);
            BinaryPrimitives.WriteInt32LittleEndian(entry[4..], strings[library.Name]);
            BinaryPrimitives.WriteInt32LittleEndian(entry[8..], strings[library.Path]);
            if (library.Hwcaps is not null)
            {
                int index = Array.BinarySearch(hwcaps, library.Hwcaps, s_byBytes);
                BinaryPrimitives.WriteUInt64LittleEndian(entry[16..], HwcapsEntry | ((ulong)(uint)library.IsaLevel << 32) | (uint)index);
            }
            entry = entry[EntrySize..];
        }
    }

    // Section table, array of names, generator; the array only when there is something in it (LC-5).
    private static void WriteExtension(Span<byte> file, int start, int hwcapsStart, byte[][] hwcaps, CacheStrings strings, byte[] generator)
    {
        int generatorStart = hwcapsStart + (4 * hwcaps.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(file[start..], ExtensionMagic);
        BinaryPrimitives.WriteInt32LittleEndian(file[(start + 4)..], hwcaps.Length > 0 ? 2 : 1);
        WriteSection(file[(start + 8)..], GeneratorTag, generatorStart, generator.Length);
        if (hwcaps.Length > 0)
            WriteSection(file[(start + 8 + SectionSize)..], HwcapsTag, hwcapsStart, 4 * hwcaps.Length);
        for (int i = 0; i < hwcaps.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(file[(hwcapsStart + (4 * i))..], strings[hwcaps[i]]);
        generator.CopyTo(file[generatorStart..]);
    }

    private static void WriteSection(Span<byte> section, uint tag, int offset, int size)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(section, tag);
        BinaryPrimitives.WriteInt32LittleEndian(section[8..], offset);
        BinaryPrimitives.WriteInt32LittleEndian(section[12..], size);
    }
}

/// <summary>The strings of a cache: distinct, and one that is the end of another shares its bytes (LC-3).</summary>
internal sealed class CacheStrings
{
    private readonly Dictionary<byte[], int> _offsets = new(ByteEquality.Instance);
    private readonly byte[][] _sorted;
    private readonly int _start;

    /// <summary>Lays the strings out from a file offset on.</summary>
    internal CacheStrings(IReadOnlyCollection<byte[]> strings, int start)
    {
        _start = start;
        _sorted = [.. strings];
        Array.Sort(_sorted, CompareFromTheEnd);
        int next = start;
        byte[] previous = [];
        int previousOffset = 0;
        foreach (byte[] text in _sorted)
        {
            bool shares = previous.Length > 0 && previous.AsSpan().EndsWith(text);
            int offset = shares ? previousOffset + previous.Length - text.Length : next;
            _offsets.Add(text, offset);
            if (!shares)
                next += text.Length + 1;
            previous = text;
            previousOffset = offset;
        }
        Length = next - start;
    }

    /// <summary>How many bytes they take.</summary>
    internal int Length { get; }

    /// <summary>The file offset of a string.</summary>
    internal int this[byte[] text] => _offsets[text];

    internal void Write(Span<byte> area)
    {
        foreach (byte[] text in _sorted)
            text.CopyTo(area[(_offsets[text] - _start)..]);
    }

    // The greater byte first, from the last byte on; a string before the ends of it.
    private static int CompareFromTheEnd(byte[] left, byte[] right)
    {
        int i = left.Length;
        int j = right.Length;
        while (i > 0 && j > 0)
        {
            int difference = right[--j] - left[--i];
            if (difference != 0)
                return difference;
        }
        return j - i;
    }
}

/// <summary>A library to be written to an ld.so.cache; all names are bytes without NUL.</summary>
/// <param name="Name">The name that programs ask for.</param>
/// <param name="Path">Where the library is: an absolute path.</param>
/// <param name="Flags">The architecture (<see cref="LibraryFlags"/>).</param>
/// <param name="Hwcaps">The glibc-hwcaps directory it is in; null for an ordinary library.</param>
/// <param name="IsaLevel">The x86 ISA level it needs; only of a library with <paramref name="Hwcaps"/>.</param>
public sealed record CachedLibrary(byte[] Name, byte[] Path, int Flags, byte[]? Hwcaps = null, int IsaLevel = 0)
{
    /// <summary>Whether it stands before all others of its name and architecture, as the one that every loader is to take.</summary>
    public bool IsFirst { get; init; }
}

/// <summary>
/// The order in which the dynamic loader searches its cache: runs of digits count as numbers, a digit is greater than anything else, and the end of
/// a name is less than every byte.
/// </summary>
/// <param name="signedBytes">Whether bytes from 0x80 on count as negative, as on x86; on ARM they are the greatest.</param>
public sealed class LoaderOrder(bool signedBytes)
{
    /// <summary>Negative, zero or positive, as the first name is less than, equal to or greater than the second.</summary>
    public int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        int i = 0;
        int j = 0;
        while (i < left.Length)
        {
            bool rightIsDigit = j < right.Length && char.IsAsciiDigit((char)right[j]);
            if (!char.IsAsciiDigit((char)left[i]))
            {
                int difference = rightIsDigit ? -1 : Value(left[i]) - (j < right.Length ? Value(right[j]) : 0);
                if (difference != 0)
                    return difference;
                i++;
                j++;
                continue;
            }
            if (!rightIsDigit)
                return 1;
            int a = Number(left, ref i);
            int b = Number(right, ref j);
            // The loader's own arithmetic wraps, and so must this one (LC-11).
            if (a != b)
                return unchecked(a - b);
        }
        return j < right.Length ? -Value(right[j]) : 0;
    }

    private static int Number(ReadOnlySpan<byte> text, ref int at)
    {
        int number = 0;
        for (; at < text.Length && char.IsAsciiDigit((char)text[at]); at++)
            number = unchecked((number * 10) + (text[at] - '0'));
        return number;
    }

    private int Value(byte b) => signedBytes ? (sbyte)b : b;
}
