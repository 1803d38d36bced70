namespace GpuContainers.Linux.SystemCalls;

/// <summary>The C library, as far as .NET has no door to it. One file for each area of its headers.</summary>
internal static partial class Libc
{
    private const string Library = "libc";

    /// <summary>The folder a relative path starts from when the working directory is meant (AT_FDCWD).</summary>
    internal const int WorkingDirectory = -100;

    /// <summary>The error number of the last call that set it.</summary>
    internal static Errno LastError => (Errno)Marshal.GetLastPInvokeError();

    /// <summary>The text as UTF-8 with a final NUL, as the C library takes it; an error when it holds a NUL, which would silently shorten it.</summary>
    internal static byte[] Terminated(string text)
    {
        if (text.Contains('\0'))
            throw new LinuxException(Errno.EINVAL, "use path", text.Replace("\0", "\\0", StringComparison.Ordinal));
        byte[] bytes = new byte[Encoding.UTF8.GetByteCount(text) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    /// <summary>The bytes with a final NUL, as the C library takes them; an error when they hold a NUL.</summary>
    internal static byte[] Terminated(ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0))
            throw new LinuxException(Errno.EINVAL, "use path", Encoding.UTF8.GetString(text).Replace("\0", "\\0", StringComparison.Ordinal));
        byte[] bytes = new byte[text.Length + 1];
        text.CopyTo(bytes);
        return bytes;
    }
}
