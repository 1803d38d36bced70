using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace GpuContainers.Elf.Cache;

/// <summary>Whether a library is of interest, by its name in a cache.</summary>
/// <param name="name">The name that programs ask for; valid only during the call.</param>
public delegate bool LibraryNameFilter(ReadOnlySpan<byte> name);

/// <summary>
/// An ld.so.cache as a reader sees it: the entries of the new format in their order. A host's cache has thousands of entries and a run asks
/// about a few names, so these are compared as they stand in the file; only what is found becomes text.
/// </summary>
public sealed class LibraryCache
{
    private static ReadOnlySpan<byte> OldMagic => "ld.so-1.7.0\0"u8;

    private static ReadOnlySpan<byte> NewMagic => "glibc-ld.so.cache1.1"u8;

    private const int HeaderSize = 48;
    private const int EntrySize = 24;
    private const int OldEntrySize = 12;

    // From the new header on: string offsets count from there (DS-18).
    private readonly ReadOnlyMemory<byte> _cache;
    private readonly int _count;

    private LibraryCache(ReadOnlyMemory<byte> cache, int count)
    {
        _cache = cache;
        _count = count;
    }

    /// <summary>Reads every entry that a reader accepts, 32-bit ones too.</summary>
    /// <param name="isWanted">Tells by the name that programs ask for whether an entry is of interest; null for all.</param>
    public IReadOnlyList<LibraryCacheEntry> ReadEntries(LibraryNameFilter? isWanted = null)
    {
        var entries = new List<LibraryCacheEntry>();
        for (int i = 0; i < _count; i++)
        {
            if (TryEntry(i, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> path, out int flags) && isWanted?.Invoke(name) != false)
                entries.Add(new LibraryCacheEntry(
                    Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(path), flags, BinaryPrimitives.ReadUInt64LittleEndian(Entry(i)[16..])));
        }
        return entries;
    }

    /// <summary>The paths of the 64-bit libraries that a program gets when it asks for this name, in the cache's order.</summary>
    public IReadOnlyList<string> PathsOf(ReadOnlySpan<byte> name)
    {
        var paths = new List<string>();
        for (int i = 0; i < _count; i++)
        {
            if (TryEntry(i, out ReadOnlySpan<byte> present, out ReadOnlySpan<byte> path, out int flags) && LibraryCacheEntry.IsOf64Bit(flags)
                && present.SequenceEqual(name))
                paths.Add(Encoding.UTF8.GetString(path));
        }
        return paths;
    }

    /// <summary>The paths of the 64-bit libraries whose last element begins so, in the cache's order, each once.</summary>
    public IReadOnlyList<string> PathsBeginning(ReadOnlySpan<byte> baseName)
    {
        var paths = new List<string>();
        for (int i = 0; i < _count; i++)
        {
            if (!TryEntry(i, out _, out ReadOnlySpan<byte> path, out int flags) || !LibraryCacheEntry.IsOf64Bit(flags)
                || !path[(path.LastIndexOf((byte)'/') + 1)..].StartsWith(baseName))
                continue;
            string text = Encoding.UTF8.GetString(path);
            if (!paths.Contains(text))
                paths.Add(text);
        }
        return paths;
    }

    /// <summary>Looks at header and table of a cache.</summary>
    /// <param name="file">The file's bytes, which must not change as long as the result is used.</param>
    /// <exception cref="ElfException">It is empty, no cache, or cut off inside its header or table.</exception>
    public static LibraryCache Parse(ReadOnlyMemory<byte> file)
    {
        ReadOnlyMemory<byte> cache = file[StartOfNewPart(file.Span)..];
        if (!cache.Span.StartsWith(NewMagic))
            throw new ElfException("invalid ld.so.cache file");
        if (cache.Length < HeaderSize)
            throw Truncated();
        uint count = BinaryPrimitives.ReadUInt32LittleEndian(cache.Span[20..]);
        return count <= (uint)(cache.Length - HeaderSize) / EntrySize ? new LibraryCache(cache, (int)count) : throw Truncated();
    }

    private static int StartOfNewPart(ReadOnlySpan<byte> file)
    {
        if (file.Length <= 16)
            throw new ElfException("invalid ld.so.cache file");
        if (!file.StartsWith(OldMagic))
            return 0;
        ulong end = 16 + ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(file[12..]) * OldEntrySize);
        ulong start = (end + 7) & ~7ul;
        return start <= (ulong)file.Length ? (int)start : throw Truncated();
    }

    private ReadOnlySpan<byte> Entry(int index) => _cache.Span.Slice(HeaderSize + (index * EntrySize), EntrySize);

    // False for what no reader uses (DS-20).
    private bool TryEntry(int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> path, out int flags)
    {
        ReadOnlySpan<byte> entry = Entry(index);
        flags = BinaryPrimitives.ReadInt32LittleEndian(entry);
        name = path = default;
        bool known = (flags & 0xff00) is 0x0300 or 0x0a00 or 0x0500 or 0x0800 or 0x0900 or 0x0000;
        return (flags & 1) != 0 && known
            && TryString(BinaryPrimitives.ReadUInt32LittleEndian(entry[4..]), out name)
                && TryString(BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]), out path);
    }

    // False for a string outside the file, empty, or without an end (DS-21).
    private bool TryString(uint offset, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (offset >= _cache.Length)
            return false;
        text = _cache.Span[(int)offset..];
        int end = text.IndexOf((byte)0);
        text = end > 0 ? text[..end] : default;
        return end > 0;
    }

    private static ElfException Truncated() => new("unexpected EOF");
}

/// <summary>One library in an ld.so.cache.</summary>
/// <param name="Name">The name that programs ask for.</param>
/// <param name="Path">Where the library is.</param>
/// <param name="Flags">The architecture (<see cref="LibraryFlags"/>).</param>
/// <param name="Hwcap">The hardware capability field: 0, or bit 62 with the ISA level in bits 32 to 41 and the index of the glibc-hwcaps name in bits 0 to
/// 31.</param>
public sealed record LibraryCacheEntry(string Name, string Path, int Flags, ulong Hwcap)
{
    /// <summary>Whether the entry is for 64-bit programs.</summary>
    public bool Is64Bit => IsOf64Bit(Flags);

    internal static bool IsOf64Bit(int flags) => (flags & 0xff00) is 0x0300 or 0x0a00 or 0x0500;
}

/// <summary>The architecture flags of cache entries.</summary>
public static class LibraryFlags
{
    /// <summary>i386; also 32-bit ARM of no certain float ABI.</summary>
    public const int I386 = 0x0003;

    /// <summary>What ldconfig up to 2.36 gives an i386 library that needs no C library; the loader takes it as it takes <see cref="I386"/>.</summary>
    public const int I386WithoutLibc = 0x0001;

    /// <summary>x86-64.</summary>
    public const int X64 = 0x0303;

    /// <summary>x86-64 with 32-bit pointers.</summary>
    public const int X32 = 0x0803;

    /// <summary>ARM with hardware floating point.</summary>
    public const int ArmHardFloat = 0x0903;

    /// <summary>64-bit ARM.</summary>
    public const int Arm64 = 0x0a03;

    /// <summary>ARM with software floating point.</summary>
    public const int ArmSoftFloat = 0x0b03;

    /// <summary>Libraries of this machine's 64-bit programs.</summary>
    public static int Native64 => IsArm ? Arm64 : X64;

    /// <summary>Libraries of the 32-bit programs that this machine runs too.</summary>
    public static int Native32 => IsArm ? ArmHardFloat : I386;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private const uint ArmAbiMask = 0xff000000;
    private const uint ArmAbi5 = 0x05000000;
    private const uint ArmHard = 0x400;
    private const uint ArmSoft = 0x200;

    /// <summary>The flags for a library, or null when a cache for this family of machines takes no such library.</summary>
    /// <param name="file">The library.</param>
    /// <param name="arm">Whether the cache is for ARM machines; else for x86 ones.</param>
    public static int? From(ElfFile file, bool arm) => (arm, file.Is64Bit, file.Machine) switch
    {
        (false, true, ElfMachine.X64) => X64,
        (false, false, ElfMachine.X64) => X32,
        // Always for the current C library, as its newer releases write (LC-14).
        (false, false, ElfMachine.I386) => I386,
        (true, true, ElfMachine.Arm64) => Arm64,
        (true, false, ElfMachine.Arm) => OfArm(file.Flags),
        _ => null,
    };

    private static int OfArm(uint flags) => (flags & ArmAbiMask) != ArmAbi5 ? I386
        : (flags & ArmHard) != 0 ? ArmHardFloat
        : (flags & ArmSoft) != 0 ? ArmSoftFloat
        : I386;
}
