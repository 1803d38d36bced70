namespace GpuContainers.Linux.Files;

/// <summary>The names in an open directory, streamed: memory does not grow with the directory.</summary>
internal ref struct DirectoryEntries
{
    // A listing that came to its end leaves its buffer to the next one.
    [ThreadStatic]
    private static byte[]? s_spare;

    private readonly int _descriptor;
    private readonly byte[] _buffer;
    private int _filled;
    private int _position;

    internal DirectoryEntries(int descriptor)
    {
        _descriptor = descriptor;
        _buffer = s_spare ?? new byte[32768];
        s_spare = null;
    }

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
            // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name.
            ReadOnlySpan<byte> rest = _buffer.AsSpan(_position, _filled - _position);
            int length = BitConverter.ToUInt16(rest[16..]);
            Kind = KindOf(rest[18]);
            ReadOnlySpan<byte> name = rest[19..length];
            Current = name[..name.IndexOf((byte)0)];
            _position += length;
            if (!Current.SequenceEqual("."u8) && !Current.SequenceEqual(".."u8))
                return true;
        }
    }

    private unsafe bool Fill()
    {
        nint count;
        fixed (byte* start = _buffer)
            count = Libc.ReadDirectory(_descriptor, start, (nuint)_buffer.Length);
        if (count < 0)
            throw new LinuxException(Libc.LastError, "read directory", "");
        _filled = (int)count;
        _position = 0;
        if (count == 0)
            s_spare = _buffer;
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
