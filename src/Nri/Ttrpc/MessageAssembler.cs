using System.Buffers.Binary;

namespace GpuContainers.Nri.Ttrpc;

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
