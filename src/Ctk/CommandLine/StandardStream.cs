using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Ctk.CommandLine;

/// <summary>Standard output or error. The runtime's own stream switches modes of a terminal with its first byte (CT-201).</summary>
/// <param name="number">The descriptor, which stays open.</param>
internal sealed class StandardStream(int number) : Stream
{
    /// <summary>The number of standard output.</summary>
    public const int Output = 1;

    /// <summary>The number of standard error.</summary>
    public const int Error = 2;

    private readonly Descriptor _descriptor = new(number);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _descriptor.Write(buffer, "standard output");
        }
        catch (LinuxException closed) when (closed.Errno == Errno.EPIPE)
        {
            // Whoever reads has seen enough: "nvidia-ctk … | head" is not an error.
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
