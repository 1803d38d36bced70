namespace GpuContainers.Linux.Files;

/// <summary>Random bytes from the kernel; the framework's generator would load a cryptographic library, which the static program cannot.</summary>
public static class RandomBytes
{
    /// <summary>Fills the buffer (getrandom(2)).</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static unsafe void Fill(Span<byte> buffer)
    {
        int total = 0;
        fixed (byte* start = buffer)
        {
            while (total < buffer.Length)
            {
                nint count = Libc.GetRandom(start + total, (nuint)(buffer.Length - total), 0);
                if (count > 0)
                    total += (int)count;
                else if (Libc.LastError != Errno.EINTR)
                    throw new LinuxException(Libc.LastError, "getrandom", "");
            }
        }
    }

    /// <summary>A random UUID (RFC 9562, version 4) in lower case with hyphens.</summary>
    public static string Uuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0f) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3f) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
