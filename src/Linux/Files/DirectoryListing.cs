using System.Numerics;

namespace GpuContainers.Linux.Files;

/// <summary>
/// The names and kinds in one directory, read once. Names stay bytes until somebody wants one as text, so a listing of thousands costs little.
/// </summary>
public sealed class DirectoryListing
{
    /// <summary>A directory without names.</summary>
    public static readonly DirectoryListing Empty = new([], [], 0);

    private readonly byte[] _names;
    private readonly (int Start, int Length, FileKind Kind)[] _entries;
    private int[]? _slots;

    private DirectoryListing(byte[] names, (int Start, int Length, FileKind Kind)[] entries, int count)
    {
        _names = names;
        _entries = entries;
        Count = count;
    }

    /// <summary>How many names there are.</summary>
    public int Count { get; }

    /// <summary>Reads a directory, without "." and ".."; false with the error number when that is not possible.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="listing">What is in it; empty when it cannot be read.</param>
    /// <param name="error">Why it cannot be read; ENOTDIR for a link that is not followed.</param>
    /// <param name="followLinks">Whether the last name of the path may be a link.</param>
    public static bool TryRead(string path, out DirectoryListing listing, out Errno error, bool followLinks = true)
    {
        listing = Empty;
        using Descriptor? folder = TryOpen(path, out error, followLinks);
        return folder is not null && TryRead(folder, out listing, out error);
    }

    /// <summary>Opens a directory for <see cref="TryRead(Descriptor, out DirectoryListing, out Errno)"/>; null when that is not possible.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="error">Why it cannot be opened; ENOTDIR for a link that is not followed.</param>
    /// <param name="followLinks">Whether the last name of the path may be a link.</param>
    public static Descriptor? TryOpen(string path, out Errno error, bool followLinks = true) =>
        HostFile.TryOpen(path, Libc.ReadOnly | Libc.Directory | (followLinks ? 0 : Libc.NoFollow), 0, out Descriptor? folder, out error) ? folder : null;

    /// <summary>Reads a directory that was just opened, without "." and ".."; false with the error number when that is not possible.</summary>
    /// <param name="folder">The directory.</param>
    /// <param name="listing">What is in it; empty when it cannot be read.</param>
    /// <param name="error">Why it cannot be read.</param>
    public static bool TryRead(Descriptor folder, out DirectoryListing listing, out Errno error)
    {
        (listing, error) = (Empty, Errno.None);
        try
        {
            listing = Read(folder.Number);
            return true;
        }
        catch (LinuxException refused)
        {
            error = refused.Errno;
            return false;
        }
    }

    /// <summary>The name at an index, as it stands in the directory.</summary>
    public ReadOnlySpan<byte> Name(int index) => _names.AsSpan(_entries[index].Start, _entries[index].Length);

    /// <summary>The name at an index as text.</summary>
    public string Text(int index) => Encoding.UTF8.GetString(Name(index));

    /// <summary>The kind that the directory itself tells; Unknown when the file system does not say.</summary>
    public FileKind Kind(int index) => _entries[index].Kind;

    /// <summary>Where a name stands; -1 when it is not there.</summary>
    public int IndexOf(ReadOnlySpan<char> name)
    {
        Span<byte> bytes = stackalloc byte[256];
        if (!Encoding.UTF8.TryGetBytes(name, bytes, out int length))
            return -1;
        ReadOnlySpan<byte> wanted = bytes[..length];
        _slots ??= Index();
        for (uint slot = Hash(wanted); ; slot++)
        {
            int at = _slots[slot & (uint)(_slots.Length - 1)] - 1;
            if (at < 0 || Name(at).SequenceEqual(wanted))
                return at;
        }
    }

    /// <summary>The index of the next name that contains a text; <see cref="Count"/> when there is none.</summary>
    /// <param name="text">The text; each name contains the empty one.</param>
    /// <param name="from">The index from which to look.</param>
    public int NextWith(ReadOnlySpan<byte> text, int from)
    {
        for (; from < Count; from++)
        {
            // The names lie side by side, so one search looks through all of them. What it finds across the border of two is none.
            int at = _names.AsSpan(_entries[from].Start).IndexOf(text);
            if (at < 0)
                break;
            at += _entries[from].Start;
            from = IndexAt(at, from);
            if (from == Count || at + text.Length <= _entries[from].Start + _entries[from].Length)
                return from;
        }
        return Count;
    }

    // The name that a place among the bytes of all names belongs to; the count for what lies behind them.
    private int IndexAt(int place, int from)
    {
        int to = Count;
        while (to - from > 1)
        {
            int middle = (from + to) / 2;
            if (_entries[middle].Start <= place)
                from = middle;
            else
                to = middle;
        }
        return place < _entries[from].Start + _entries[from].Length ? from : Count;
    }

    // An open hash table of positions plus one, at most three quarters full; built when the first name is asked for.
    private int[] Index()
    {
        int[] slots = new int[BitOperations.RoundUpToPowerOf2((uint)(Count + (Count / 3)) + 2)];
        for (int i = 0; i < Count; i++)
        {
            uint slot = Hash(Name(i)) & (uint)(slots.Length - 1);
            while (slots[slot] != 0)
                slot = (slot + 1) & (uint)(slots.Length - 1);
            slots[slot] = i + 1;
        }
        return slots;
    }

    // Eight bytes at a time; good enough for file names that nobody chooses against us.
    private static uint Hash(ReadOnlySpan<byte> name)
    {
        const ulong factor = 0x9e3779b97f4a7c15;
        ulong hash = (ulong)name.Length;
        for (; name.Length >= sizeof(ulong); name = name[sizeof(ulong)..])
            hash = BitOperations.RotateLeft((hash ^ BitConverter.ToUInt64(name)) * factor, 29);
        foreach (byte b in name)
            hash = BitOperations.RotateLeft((hash ^ b) * factor, 29);
        return (uint)(hash >> 32);
    }

    private static DirectoryListing Read(int folder)
    {
        byte[] names = [];
        (int Start, int Length, FileKind Kind)[] found = [];
        int used = 0, count = 0;
        using var entries = new DirectoryEntries(folder);
        while (entries.MoveNext())
        {
            // Room for what the kernel gave at once, which mostly is all.
            if (count == found.Length)
            {
                (int more, int bytes) = entries.Ahead();
                Array.Resize(ref found, count + Math.Max(more, count / 2));
                Array.Resize(ref names, used + Math.Max(bytes, used / 2));
            }
            if (used + entries.Current.Length > names.Length)
                Array.Resize(ref names, used + entries.Ahead().Bytes);
            entries.Current.CopyTo(names.AsSpan(used));
            found[count++] = (used, entries.Current.Length, entries.Kind);
            used += entries.Current.Length;
        }
        return new DirectoryListing(names, found, count);
    }
}

/// <summary>The names in an open directory, streamed: memory does not grow with the directory.</summary>
internal unsafe ref struct DirectoryEntries
{
    // struct linux_dirent64: inode 8, offset 8, record length 2, type 1; then the name and a NUL.
    private const int Header = 19;

    // Takes nearly all directories in one call. Only the pages that the kernel fills are touched; on the stack, .NET would touch each.
    private const int BufferSize = 65536;

    private readonly int _descriptor;
    private readonly byte* _buffer;
    private int _filled;
    private int _position;

    /// <summary>Begins at the descriptor's place.</summary>
    /// <param name="descriptor">An open directory.</param>
    internal DirectoryEntries(int descriptor)
    {
        _descriptor = descriptor;
        _buffer = (byte*)NativeMemory.Alloc(BufferSize);
    }

    /// <summary>Gives the memory back; the descriptor stays open.</summary>
    internal readonly void Dispose() => NativeMemory.Free(_buffer);

    /// <summary>The name of the entry that <see cref="MoveNext"/> went to; valid until the next call.</summary>
    internal ReadOnlySpan<byte> Current { get; private set; }

    /// <summary>The entry's kind as the directory tells it; Unknown when the file system does not say.</summary>
    internal FileKind Kind { get; private set; }

    /// <summary>Goes to the next name other than "." and ".."; false at the end.</summary>
    /// <exception cref="LinuxException">The kernel refused to read the directory.</exception>
    internal bool MoveNext()
    {
        while (true)
        {
            if (_position >= _filled && !Fill())
                return false;
            ReadOnlySpan<byte> rest = Filled[_position..];
            int length = BitConverter.ToUInt16(rest[16..]);
            Kind = KindOf(rest[18]);
            ReadOnlySpan<byte> name = rest[Header..length];
            Current = name[..name.IndexOf((byte)0)];
            _position += length;
            if (Current[0] != '.' || (!Current.SequenceEqual("."u8) && !Current.SequenceEqual(".."u8)))
                return true;
        }
    }

    /// <summary>How many entries, the current one with them, the kernel has given already, and how many bytes their names have at most.</summary>
    internal readonly (int Entries, int Bytes) Ahead()
    {
        int entries = 1, bytes = Current.Length;
        for (int at = _position; at < _filled; entries++)
        {
            int length = BitConverter.ToUInt16(Filled[(at + 16)..]);
            bytes += length - Header - 1;
            at += length;
        }
        return (entries, bytes);
    }

    private readonly ReadOnlySpan<byte> Filled => new(_buffer, _filled);

    private bool Fill()
    {
        nint count = Libc.ReadDirectory(_descriptor, _buffer, BufferSize);
        if (count < 0)
            throw new LinuxException(Libc.LastError, "read directory", "");
        _filled = (int)count;
        _position = 0;
        return count > 0;
    }

    // d_type of readdir(3).
    private static FileKind KindOf(byte type) => type switch
    {
        1 => FileKind.Pipe,
        2 => FileKind.CharacterDevice,
        4 => FileKind.Directory,
        6 => FileKind.BlockDevice,
        8 => FileKind.Regular,
        10 => FileKind.Link,
        12 => FileKind.Socket,
        _ => FileKind.Unknown,
    };
}
