using System.Buffers.Binary;

namespace GpuContainers.Nri.Ttrpc;

/// <summary>Reads the messages of both channels from a connection.</summary>
internal sealed class MessageReader(Stream stream)
{
    private readonly MessageAssembler _plugin = new(Frames.PluginChannel);
    private readonly MessageAssembler _runtime = new(Frames.RuntimeChannel);
    private readonly Queue<ChannelMessage> _complete = new();
    private readonly byte[] _buffer = new byte[64 << 10];

    /// <summary>The next message, or null at the end of the connection.</summary>
    /// <exception cref="InvalidDataException">The peer does not speak this protocol.</exception>
    /// <exception cref="EndOfStreamException">The connection ended within a frame.</exception>
    public async ValueTask<ChannelMessage?> ReadAsync(CancellationToken cancellation)
    {
        while (_complete.Count == 0)
        {
            if (!await ReadFrameAsync(cancellation).ConfigureAwait(false))
                return null;
        }
        return _complete.Dequeue();
    }

    private async ValueTask<bool> ReadFrameAsync(CancellationToken cancellation)
    {
        Memory<byte> header = _buffer.AsMemory(0, Frames.FrameHeaderLength);
        int read = await stream.ReadAtLeastAsync(header, header.Length, throwOnEndOfStream: false, cancellation).ConfigureAwait(false);
        if (read == 0)
            return false;
        if (read < header.Length)
            throw new EndOfStreamException("the connection ended within the header of a frame");
        uint channel = BinaryPrimitives.ReadUInt32BigEndian(header.Span), length = BinaryPrimitives.ReadUInt32BigEndian(header.Span[4..]);
        if (length > Frames.MaxReceived)
            throw new InvalidDataException($"a frame of {length} bytes: the peer does not speak NRI, whose frames have at most {Frames.MaxReceived}");
        await ReadPayloadAsync(channel, (int)length, cancellation).ConfigureAwait(false);
        return true;
    }

    private async ValueTask ReadPayloadAsync(uint channel, int length, CancellationToken cancellation)
    {
        for (int left = length; left > 0;)
        {
            int read = await stream.ReadAsync(_buffer.AsMemory(0, Math.Min(left, _buffer.Length)), cancellation).ConfigureAwait(false);
            if (read == 0)
                throw new EndOfStreamException("the connection ended within a frame");
            left -= read;
            Assembler(channel)?.Append(_buffer.AsSpan(0, read), _complete);
        }
    }

    // What comes on a channel that nobody opened is dropped, as engines do.
    private MessageAssembler? Assembler(uint channel) => channel switch
    {
        Frames.PluginChannel => _plugin,
        Frames.RuntimeChannel => _runtime,
        _ => null,
    };
}

/// <summary>Puts together the messages of one channel, wherever its frames cut them.</summary>
internal sealed class MessageAssembler(uint channel)
{
    private readonly byte[] _header = new byte[Frames.MessageHeaderLength];
    private int _headerLength;
    private byte[] _data = [];
    private int _dataLength;
    private uint _toSkip;

    /// <summary>Takes the next bytes of the channel and adds to <paramref name="complete"/> the messages that end in them.</summary>
    public void Append(ReadOnlySpan<byte> bytes, Queue<ChannelMessage> complete)
    {
        while (!bytes.IsEmpty)
        {
            if (_headerLength < _header.Length)
            {
                bytes = bytes[Fill(_header, ref _headerLength, bytes)..];
                if (_headerLength < _header.Length)
                    return;
                Begin(BinaryPrimitives.ReadUInt32BigEndian(_header));
            }
            bytes = bytes[Skip(bytes)..];
            bytes = bytes[Fill(_data, ref _dataLength, bytes)..];
            if (_toSkip == 0 && _dataLength == _data.Length)
                complete.Enqueue(End());
        }
    }

    private void Begin(uint length)
    {
        bool tooLong = length > Frames.MaxData;
        _toSkip = tooLong ? length : 0;
        _data = tooLong ? [] : new byte[length];
        _dataLength = 0;
    }

    private ChannelMessage End()
    {
        bool tooLong = BinaryPrimitives.ReadUInt32BigEndian(_header) > Frames.MaxData;
        TtrpcMessage message = new(BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4)), (MessageType)_header[8], _data, tooLong);
        _headerLength = 0;
        return new ChannelMessage(channel, message);
    }

    private int Skip(ReadOnlySpan<byte> bytes)
    {
        int skipped = (int)Math.Min(_toSkip, (uint)bytes.Length);
        _toSkip -= (uint)skipped;
        return skipped;
    }

    private static int Fill(byte[] target, ref int filled, ReadOnlySpan<byte> bytes)
    {
        int taken = Math.Min(target.Length - filled, bytes.Length);
        bytes[..taken].CopyTo(target.AsSpan(filled));
        filled += taken;
        return taken;
    }
}
