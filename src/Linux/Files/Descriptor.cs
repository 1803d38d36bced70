namespace GpuContainers.Linux;

/// <summary>An open file descriptor that is closed when disposed of; always close-on-exec when opened here.</summary>
/// <param name="number">The descriptor's number; the object owns it from now on.</param>
public sealed class Descriptor(int number) : IDisposable
{
    private const long LargestPage = 1 << 16;

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

    /// <summary>Fills the buffer from a position on, and returns how many bytes there were: fewer only at the end of the file.</summary>
    /// <exception cref="LinuxException">The read failed.</exception>
    public unsafe int ReadAt(Span<byte> buffer, long offset)
    {
        int total = 0;
        fixed (byte* start = buffer)
        {
            while (total < buffer.Length)
            {
                nint count = Libc.ReadAt(Number, start + total, (nuint)(buffer.Length - total), offset + total);
                if (count == 0)
                    break;
                if (count > 0)
                    total += (int)count;
                else if (Libc.LastError != Errno.EINTR)
                    throw new LinuxException(Libc.LastError, "read", "");
            }
        }
        return total;
    }

    /// <summary>Reads what is there, at most as much as the buffer holds; waits for a first byte, and returns 0 at the end.</summary>
    /// <exception cref="LinuxException">The read failed.</exception>
    public unsafe int Read(Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            while (true)
            {
                nint count = Libc.Read(Number, start, (nuint)buffer.Length);
                if (count >= 0)
                    return (int)count;
                if (Libc.LastError != Errno.EINTR)
                    throw new LinuxException(Libc.LastError, "read", "");
            }
        }
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

    /// <summary>What the descriptor stands for.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public FileStatus Status() =>
        FileStatus.TryRead(Number, [0], Libc.EmptyPath, out FileStatus status, out Errno error) ? status : throw new LinuxException(error, "stat", "");

    // The expected size is only where the buffer starts: files of procfs say 0, those of sysfs a page. What says to be far too long is not read at all.
    internal unsafe Errno ReadToEnd(long limit, long expected, out byte[] bytes)
    {
        bytes = [];
        if (expected > Math.Max(limit, LargestPage))
            return Errno.EFBIG;
        byte[] buffer = new byte[Math.Min(limit + 1, Math.Clamp(expected + 1, 1024, 1 << 24))];
        int total = 0;
        while (true)
        {
            if (total == buffer.Length)
                Array.Resize(ref buffer, (int)Math.Min(buffer.Length * 2L, Math.Max(limit + 1, buffer.Length + 1L)));
            nint count;
            fixed (byte* start = &buffer[total])
                count = Libc.Read(Number, start, (nuint)(buffer.Length - total));
            if (count < 0 && Libc.LastError == Errno.EINTR)
                continue;
            if (count < 0)
                return Libc.LastError;
            if (count == 0)
                break;
            total += (int)count;
            if (total > limit)
                return Errno.EFBIG;
            // Less than asked for, at the size that the file has: its end, without asking again.
            if (total == expected && total < buffer.Length)
                break;
        }
        bytes = total == buffer.Length ? buffer : buffer[..total];
        return Errno.None;
    }
}
