namespace GpuContainers.Linux.Files;

/// <summary>An open file descriptor that is closed when disposed of; always close-on-exec when opened here.</summary>
/// <param name="number">The descriptor's number; the object owns it from now on.</param>
public sealed class Descriptor(int number) : IDisposable
{
    private const long LargestPage = 1 << 16;
    private const int SmallFile = 4096;

    // PIPE_BUF: a pipe with room for anything takes so much at once.
    private const int PipeBytes = 4096;

    private int _number = number;

    /// <summary>The number; an error after the descriptor was closed.</summary>
    public int Number => _number >= 0 ? _number : throw new ObjectDisposedException(nameof(Descriptor));

    /// <summary>Closes the descriptor; a second call does nothing.</summary>
    public void Dispose() => _ = Close();

    /// <summary>Closes the descriptor and says how that went: a network file system may report a failed write only now.</summary>
    public Errno Close()
    {
        if (_number < 0)
            return Errno.None;
        int result = Libc.Close(_number);
        _number = -1;
        return result == 0 ? Errno.None : Libc.LastError;
    }

    /// <summary>Writes in one call, so that lines of several processes do not mix; what cannot be written is dropped.</summary>
    public unsafe void WriteOnce(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            _ = Libc.Write(Number, start, (nuint)bytes.Length);
    }

    /// <summary>
    /// Writes whole lines as long as there is room for them, and drops the rest: a reader that is slow, or does not read at all, keeps the writer for a limited
    /// time. Lines of several processes do not mix. The descriptor itself stays as it is, because others may share it.
    /// </summary>
    /// <param name="lines">Complete lines; one that is longer than 4 KiB is written in parts.</param>
    /// <param name="patience">How long to wait in all.</param>
    /// <returns>Whether everything was written.</returns>
    public bool WriteLines(ReadOnlySpan<byte> lines, TimeSpan patience)
    {
        long end = Environment.TickCount64 + (long)patience.TotalMilliseconds;
        while (!lines.IsEmpty)
        {
            ReadOnlySpan<byte> part = lines[..Math.Min(lines.Length, PipeBytes)];
            int line = part.LastIndexOf((byte)'\n');
            if (part.Length < lines.Length && line >= 0)
                part = part[..(line + 1)];
            if (!HasRoom(end) || !TryWrite(part))
                return false;
            lines = lines[part.Length..];
        }
        return true;
    }

    /// <summary>As <see cref="WriteLines"/>, without patience: what a full pipe does not take is dropped.</summary>
    public void WriteWithoutWaiting(ReadOnlySpan<byte> lines) => _ = WriteLines(lines, TimeSpan.Zero);

    /// <summary>Fills the buffer from a position on, and returns how many bytes there were: fewer only at the end of the file.</summary>
    /// <exception cref="LinuxException">The read failed.</exception>
    public int ReadAt(Span<byte> buffer, long offset)
    {
        int total = 0, count;
        for (count = 1; total < buffer.Length && count > 0; total += count)
            count = ReadOnceAt(buffer[total..], offset + total);
        return total;
    }

    /// <summary>Reads from a position what one read gives: for a short file all of it, without asking for more; 0 at the end.</summary>
    /// <exception cref="LinuxException">The read failed.</exception>
    public unsafe int ReadOnceAt(Span<byte> buffer, long offset)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.ReadAt(Number, start, (nuint)buffer.Length, offset);
                if (count >= 0)
                    return (int)count;
                if (Libc.LastError != Errno.EINTR)
                    throw new LinuxException(Libc.LastError, "read", "");
            }
        }
    }

    /// <summary>Reads what is there, at most as much as the buffer holds; waits for a first byte, and returns 0 at the end.</summary>
    /// <exception cref="LinuxException">The read failed.</exception>
    public int Read(Span<byte> buffer)
    {
        Errno error = TryRead(buffer, out int count);
        return error == Errno.None ? count : throw new LinuxException(error, "read", "");
    }

    /// <summary>Reads to the end.</summary>
    /// <param name="limit">The most bytes to take; more are an error (EFBIG), noticed after at most one byte too many.</param>
    /// <param name="path">The name for errors.</param>
    /// <exception cref="LinuxException">The read failed or the file is too long.</exception>
    public byte[] ReadToEnd(long limit, string path)
    {
        Errno error = ReadToEnd(limit, 0, out byte[] bytes);
        return error == Errno.None ? bytes : throw new LinuxException(error, "read", path);
    }

    /// <summary>Writes all bytes at the current position.</summary>
    /// <exception cref="LinuxException">The write failed.</exception>
    public unsafe void Write(ReadOnlySpan<byte> bytes, string path)
    {
        fixed (byte* start = bytes)
        {
            int total = 0;
            while (total < bytes.Length)
            {
                nint count = Libc.Write(Number, start + total, (nuint)(bytes.Length - total));
                if (count >= 0)
                    total += (int)count;
                else if (Libc.LastError != Errno.EINTR)
                    throw new LinuxException(Libc.LastError, "write", path);
            }
        }
    }

    /// <summary>A second descriptor of the same.</summary>
    /// <exception cref="LinuxException">There are too many.</exception>
    public Descriptor Duplicate()
    {
        int copy = Libc.Control(Number, Libc.DuplicateCloseOnExec, 3);
        return copy >= 0 ? new Descriptor(copy) : throw new LinuxException(Libc.LastError, "dup", "");
    }

    /// <summary>What the descriptor stands for.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public FileStatus Status() =>
        FileStatus.TryRead(Number, [0], Libc.EmptyPath, out FileStatus status, out Errno error) ? status : throw new LinuxException(error, "stat", "");

    // The expected size is only where the buffer starts: files of procfs say 0, those of sysfs a page. What says to be far too long is not read at all.
    internal Errno ReadToEnd(long limit, long expected, out byte[] bytes)
    {
        bytes = [];
        if (expected > Math.Max(limit, LargestPage))
            return Errno.EFBIG;
        if (expected <= SmallFile || expected > limit)
            return ReadOn(stackalloc byte[SmallFile + 1], 0, limit, expected, out bytes);
        byte[] whole = GC.AllocateUninitializedArray<byte>(checked((int)expected));
        Errno error = TryRead(whole, out byte oneMore, out int total);
        if (error != Errno.None || total == expected)
        {
            bytes = error == Errno.None ? whole : [];
            return error;
        }
        return ReadOn([.. whole, oneMore], total, limit, expected, out bytes);
    }

    // One byte more than there should be: a read that leaves it free has come to the end.
    private Errno ReadOn(Span<byte> buffer, int total, long limit, long expected, out byte[] bytes)
    {
        bytes = [];
        while (true)
        {
            if (total == buffer.Length)
            {
                byte[] larger = new byte[Math.Min(buffer.Length * 2L, limit + 1)];
                buffer.CopyTo(larger);
                buffer = larger;
            }
            Errno error = TryRead(buffer[total..(int)Math.Min(buffer.Length, limit + 1)], out int count);
            if (error != Errno.None)
                return error;
            total += count;
            if (total > limit)
                return Errno.EFBIG;
            if (count == 0 || (total == expected && total < buffer.Length))
                break;
        }
        bytes = buffer[..total].ToArray();
        return Errno.None;
    }

    // A pipe whose reader is gone has no room either, and writing to it would end the process.
    private unsafe bool HasRoom(long end)
    {
        var entry = new Libc.PollEntry { Descriptor = Number, Events = Libc.PollOut };
        int ready;
        do
        {
            ready = Libc.Poll(&entry, 1, (int)Math.Clamp(end - Environment.TickCount64, 0, int.MaxValue));
        }
        while (ready < 0 && Libc.LastError == Errno.EINTR);
        return ready > 0 && (entry.Returned & Libc.PollError) == 0;
    }

    private unsafe bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
            return Libc.Write(Number, start, (nuint)bytes.Length) == bytes.Length;
    }

    // Fills the buffer, and one byte behind it if there is more.
    private unsafe Errno TryRead(Span<byte> buffer, out byte oneMore, out int count)
    {
        byte more = 0;
        fixed (byte* start = buffer)
        {
            Libc.Buffer* parts = stackalloc Libc.Buffer[2] { new() { Start = start, Length = (nuint)buffer.Length }, new() { Start = &more, Length = 1 } };
            while (true)
            {
                count = (int)Libc.ReadBuffers(Number, parts, 2);
                oneMore = more;
                if (count >= 0)
                    return Errno.None;
                if (Libc.LastError != Errno.EINTR)
                    return Libc.LastError;
            }
        }
    }

    private unsafe Errno TryRead(Span<byte> buffer, out int count)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                count = (int)Libc.Read(Number, start, (nuint)buffer.Length);
                if (count >= 0)
                    return Errno.None;
                if (Libc.LastError != Errno.EINTR)
                    return Libc.LastError;
            }
        }
    }
}
