using System.Buffers.Binary;

namespace GpuContainers.Nri.Ttrpc;

/// <summary>
/// The sizes and layout of what goes over an NRI connection: frames of channels, and in them the messages of ttrpc. All numbers are big-endian.
/// </summary>
internal static class Frames
{
    /// <summary>The channel on which the engine calls the plugin.</summary>
    public const uint PluginChannel = 1;

    /// <summary>The channel on which the plugin calls the engine.</summary>
    public const uint RuntimeChannel = 2;

    /// <summary>A frame begins with its channel and the length of its payload.</summary>
    public const int FrameHeaderLength = 8;

    /// <summary>A message begins with the length of its data, its stream, its type and its flags.</summary>
    public const int MessageHeaderLength = 10;

    /// <summary>No message may hold more data.</summary>
    public const int MaxData = 4 << 20;

    /// <summary>No frame that is received may have a longer payload.</summary>
    public const int MaxReceived = MaxData + MessageHeaderLength;

    // An engine reads the head of each message through a buffer of this size, and drops the plugin whose frame does not fit (IN-83).
    private const int MaxSent = 4096;

    /// <summary>A message as it goes over the connection: cut into frames that every engine takes.</summary>
    public static byte[] Pack(uint channel, uint streamId, MessageType type, ReadOnlySpan<byte> data)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, MaxData);
        byte[] message = new byte[MessageHeaderLength + data.Length];
        BinaryPrimitives.WriteUInt32BigEndian(message, (uint)data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), streamId);
        message[8] = (byte)type;
        data.CopyTo(message.AsSpan(MessageHeaderLength));
        return Cut(channel, message);
    }

    private static byte[] Cut(uint channel, ReadOnlySpan<byte> message)
    {
        int count = (message.Length + MaxSent - 1) / MaxSent;
        byte[] frames = new byte[message.Length + (count * FrameHeaderLength)];
        for (Span<byte> rest = frames; !message.IsEmpty;)
        {
            int length = Math.Min(message.Length, MaxSent);
            BinaryPrimitives.WriteUInt32BigEndian(rest, channel);
            BinaryPrimitives.WriteUInt32BigEndian(rest[4..], (uint)length);
            message[..length].CopyTo(rest[FrameHeaderLength..]);
            message = message[length..];
            rest = rest[(FrameHeaderLength + length)..];
        }
        return frames;
    }
}

/// <summary>What a ttrpc message is: the ninth byte of its header.</summary>
internal enum MessageType : byte
{
    Request = 1,
    Response = 2,
    Data = 3,
}

/// <summary>A whole ttrpc message.</summary>
/// <param name="StreamId">The number of the call.</param>
/// <param name="Type">What it is; values without a name are possible.</param>
/// <param name="Data">Its data, empty where <paramref name="TooLong"/>.</param>
/// <param name="TooLong">Its data was longer than a message may be, and was skipped.</param>
internal readonly record struct TtrpcMessage(uint StreamId, MessageType Type, byte[] Data, bool TooLong = false);

/// <summary>A message and the channel on which it came.</summary>
internal readonly record struct ChannelMessage(uint Channel, TtrpcMessage Message);

/// <summary>gRPC's status codes, as far as this plugin answers with them.</summary>
internal enum StatusCode
{
    InvalidArgument = 3,
    ResourceExhausted = 8,
    Unimplemented = 12,
}
