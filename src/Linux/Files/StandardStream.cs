namespace GpuContainers.Linux.Files;

/// <summary>
/// Standard output or error, as bytes and nothing else: .NET's own stream switches modes of a terminal with its first byte, and cannot be made where the
/// descriptor is closed.
/// </summary>
/// <param name="number">The descriptor, which stays open.</param>
public sealed class StandardStream(int number) : Stream
{
    /// <summary>The number of standard output.</summary>
    public const int Output = 1;

    /// <summary>The number of standard error.</summary>
    public const int Error = 2;

    private readonly Descriptor _descriptor = new(number);
    private bool _isBroken;

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    /// <exception cref="LinuxException">The bytes cannot be written. It comes once: what follows is dropped, so that whoever buffers in front of this
    /// stream can be closed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_isBroken)
            return;
        try
        {
            _descriptor.Write(buffer, "standard output");
        }
        catch (LinuxException failure)
        {
            _isBroken = true;
            // Whoever reads has seen enough: "nvidia-ctk … | head" is not an error.
            if (failure.Errno != Errno.EPIPE)
                throw;
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>The size of a terminal, asked for without changing anything about it: the runtime's console writes control sequences to find it out.</summary>
public static class TerminalSize
{
    /// <summary>TIOCGWINSZ, the same on x86-64 and arm64.</summary>
    private const nuint GetSize = 0x5413;

    /// <summary>How many columns the terminal behind a descriptor has; 0 when it is not a terminal or does not say.</summary>
    public static unsafe int Columns(int descriptor)
    {
        // struct winsize: rows, columns, and two sizes in pixels.
        ushort* size = stackalloc ushort[4];
        return Libc.DeviceControl(descriptor, GetSize, size) == 0 ? size[1] : 0;
    }
}
