using System.Buffers.Binary;
using GpuContainers.Diagnostics;

namespace GpuContainers.Elf;

/// <summary>
/// An ELF file, read with bounded positional reads: never mapped, never loaded whole, whatever its headers claim. Everything that does not
/// fit into the file is "not there", never an exception.
/// </summary>
public sealed partial class ElfFile
{
    // Limits of what a file may claim (HK-93).
    private const int MaximumSegments = 1024;
    private const int MaximumDynamicBytes = 1 << 20;
    private const int MaximumString = 4096;

    private readonly PositionalRead _read;
    private readonly long _size;
    private readonly byte[] _head;
    private readonly int _headLength;
    private ulong _sectionOffset;
    private int _sectionCount;
    private int _sectionEntrySize;
    private int _sectionNames;

    private ElfFile(PositionalRead read, long size, byte[] head, int? headLength)
    {
        _read = read;
        _size = size;
        // One read takes the headers and the program headers of nearly every library.
        _head = head;
        int length = (int)Math.Min(Math.Max(size, 0), head.Length);
        _headLength = headLength ?? (length == 0 ? 0 : read(head.AsSpan(0, length), 0));
    }

    /// <summary>The bytes of the shorter of both headers (ELFCLASS32); a smaller file is not an ELF file.</summary>
    public const int SmallestHeader = 52;

    /// <summary>The bytes of a buffer for the first read.</summary>
    public const int HeadSize = 1024;

    /// <summary>ELFCLASS64.</summary>
    public bool Is64Bit { get; private set; }

    /// <summary>ELFDATA2MSB.</summary>
    public bool IsBigEndian { get; private set; }

    /// <summary>e_type; 3 (ET_DYN) for a shared library.</summary>
    public ushort Type { get; private set; }

    /// <summary>e_machine, see <see cref="ElfMachine"/>.</summary>
    public ushort Machine { get; private set; }

    /// <summary>e_flags; the ABI of ARM.</summary>
    public uint Flags { get; private set; }

    /// <summary>Whether the file has a section header table; loaders need none, some tools find everything through it.</summary>
    public bool HasSections => _sectionOffset != 0 && _sectionCount > 0;

    /// <summary>
    /// Whether the file has more program headers, or a longer dynamic section, than is read of it; the latter is known after <see cref="ReadDynamic"/>.
    /// </summary>
    public bool ExceedsLimits { get; private set; }

    /// <summary>The program headers; empty when there are none or they do not fit into the file.</summary>
    public IReadOnlyList<ElfSegment> Segments { get; private set; } = [];

    /// <summary>Reads the headers.</summary>
    /// <param name="read">The file.</param>
    /// <param name="size">Its size in bytes; nothing is read beyond it.</param>
    /// <param name="head">
    /// A buffer for the first read, of <see cref="HeadSize"/> bytes at least, the file's as long as it is used; null for one of its own.
    /// </param>
    /// <returns>Null when it is not an ELF file: too short, other magic, or an unknown class or byte order.</returns>
    public static ElfFile? Read(PositionalRead read, long size, byte[]? head = null) => Read(new ElfFile(read, size, head ?? new byte[HeadSize], null));

    /// <summary>Reads the headers of a file whose size is not known, from its first bytes.</summary>
    /// <param name="read">The file.</param>
    /// <param name="head">A buffer that begins with the file's first bytes, the file's as long as it is used.</param>
    /// <param name="headLength">How many of them it holds: <see cref="HeadSize"/> at least, or all.</param>
    /// <returns>As for <see cref="Read(PositionalRead, long, byte[])"/>.</returns>
    public static ElfFile? Read(PositionalRead read, byte[] head, int headLength) => Read(new ElfFile(read, long.MaxValue, head, headLength));

    private static ElfFile? Read(ElfFile file)
    {
        return file.ReadHeader() ? file : null;
    }

    private bool ReadHeader()
    {
        ReadOnlySpan<byte> head = _head.AsSpan(0, _headLength);
        if (head.Length < SmallestHeader || !head.StartsWith("\u007fELF"u8) || head[4] is not (1 or 2) || head[5] is not (1 or 2))
            return false;
        Is64Bit = head[4] == 2;
        IsBigEndian = head[5] == 2;
        if (Is64Bit && head.Length < 64)
            return false;
        Type = Half(head[16..]);
        Machine = Half(head[18..]);
        Flags = Word(head[(Is64Bit ? 48 : 36)..]);
        ulong segmentOffset = Address(head[(Is64Bit ? 32 : 28)..]);
        _sectionOffset = Address(head[(Is64Bit ? 40 : 32)..]);
        ReadOnlySpan<byte> counts = head[(Is64Bit ? 54 : 42)..];
        int segments = Half(counts[2..]);
        _sectionEntrySize = Half(counts[4..]);
        _sectionCount = Half(counts[6..]);
        _sectionNames = Half(counts[8..]);
        Segments = ReadSegments(segmentOffset, segments);
        return true;
    }

    // The stride is that of the class, not e_phentsize: so does the C library's cache builder.
    private ElfSegment[] ReadSegments(ulong offset, int count)
    {
        int stride = Is64Bit ? 56 : 32;
        ExceedsLimits = count > MaximumSegments;
        if (count == 0 || ExceedsLimits)
            return [];
        byte[] table = new byte[count * stride];
        if (!TryFill(offset, table))
            return [];
        var segments = new ElfSegment[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = table.AsSpan(i * stride, stride);
            segments[i] = Is64Bit
                ? new ElfSegment(Word(entry), Address(entry[8..]), Address(entry[16..]), Address(entry[32..]), Address(entry[48..]))
                : new ElfSegment(Word(entry), Word(entry[4..]), Word(entry[8..]), Word(entry[16..]), Word(entry[28..]));
        }
        return segments;
    }

    // False, with nothing read, when the range is not wholly inside the file.
    private bool TryFill(ulong offset, Span<byte> buffer)
    {
        if (offset > (ulong)_size || (ulong)buffer.Length > (ulong)_size - offset)
            return false;
        if (offset + (ulong)buffer.Length <= (ulong)_headLength)
        {
            _head.AsSpan((int)offset, buffer.Length).CopyTo(buffer);
            return true;
        }
        return _read(buffer, (long)offset) == buffer.Length;
    }

    // The NUL-terminated string at a position of the file; null when it has no end within the file or the limit.
    private byte[]? StringAt(ulong offset)
    {
        Span<byte> buffer = stackalloc byte[256];
        for (int length = 256; offset < (ulong)_size; length = MaximumString)
        {
            if (length > 256)
                buffer = new byte[length];
            Span<byte> part = buffer[..(int)Math.Min((ulong)length, (ulong)_size - offset)];
            part = part[..Fill(offset, part)];
            int end = part.IndexOf((byte)0);
            if (end >= 0)
                return part[..end].ToArray();
            if (part.Length < length || length == MaximumString)
                return null;
        }
        return null;
    }

    // How many bytes there are from a position on, as many as fit; what the first read took is not read again.
    private int Fill(ulong offset, Span<byte> buffer)
    {
        if (offset >= (ulong)_headLength)
            return _read(buffer, (long)offset);
        int known = Math.Min(buffer.Length, _headLength - (int)offset);
        _head.AsSpan((int)offset, known).CopyTo(buffer);
        bool isEnough = known == buffer.Length || buffer[..known].Contains((byte)0);
        return isEnough ? known : known + _read(buffer[known..], (long)offset + known);
    }

    private ushort Half(ReadOnlySpan<byte> at) => IsBigEndian ? BinaryPrimitives.ReadUInt16BigEndian(at) : BinaryPrimitives.ReadUInt16LittleEndian(at);

    private uint Word(ReadOnlySpan<byte> at) => IsBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);

    private ulong Double(ReadOnlySpan<byte> at) => IsBigEndian ? BinaryPrimitives.ReadUInt64BigEndian(at) : BinaryPrimitives.ReadUInt64LittleEndian(at);

    private ulong Address(ReadOnlySpan<byte> at) => Is64Bit ? Double(at) : Word(at);
}

/// <summary>Values of e_machine that are told apart.</summary>
public static class ElfMachine
{
    /// <summary>EM_386.</summary>
    public const ushort I386 = 3;

    /// <summary>EM_ARM.</summary>
    public const ushort Arm = 40;

    /// <summary>EM_X86_64.</summary>
    public const ushort X64 = 62;

    /// <summary>EM_AARCH64.</summary>
    public const ushort Arm64 = 183;
}

/// <summary>One program header (elf(5), Phdr), widened to 64 bits.</summary>
/// <param name="Type">p_type.</param>
/// <param name="Offset">Where it begins in the file.</param>
/// <param name="Address">Its virtual address.</param>
/// <param name="FileSize">Its bytes in the file.</param>
/// <param name="Alignment">p_align.</param>
public readonly record struct ElfSegment(uint Type, ulong Offset, ulong Address, ulong FileSize, ulong Alignment)
{
    /// <summary>PT_LOAD.</summary>
    public const uint Load = 1;

    /// <summary>PT_DYNAMIC.</summary>
    public const uint Dynamic = 2;

    /// <summary>PT_GNU_PROPERTY.</summary>
    public const uint GnuProperty = 0x6474e553;
}

/// <summary>Reads a file at a position, as pread(2) does: fills the buffer, and returns fewer bytes only at the end of the file.</summary>
/// <param name="buffer">Where the bytes go.</param>
/// <param name="offset">The position of the first byte; never negative.</param>
public delegate int PositionalRead(Span<byte> buffer, long offset);

/// <summary>A file that could not be understood.</summary>
/// <param name="message">Why.</param>
public sealed class ElfException(string message) : ToolkitException(message);
