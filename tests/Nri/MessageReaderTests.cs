using System.Buffers.Binary;
using CsCheck;
using GpuContainers.Nri.Ttrpc;

namespace GpuContainers.Nri.Tests;

public sealed class MessageReaderTests
{
    private static readonly byte[] Empty = [0, 0, 0, 0, 0, 0, 0, 1, 2, 0];

    [Fact]
    [Requirement("IN-83")]
    public void Messages_are_put_together_however_frames_and_reads_cut_them() =>
        Gen.Select(Gen.Byte.Array[0, 9000].Array[1, 4], Gen.Int[1, 5000], Gen.Int[1, 5000]).Sample((messages, frame, read) =>
        {
            byte[] stream = [.. messages.SelectMany((data, i) => Cut(Message((uint)i + 1, data), frame))];

            List<ChannelMessage> got = ReadAll(new SlowStream(stream, read));

            Assert.Equal(messages.Length, got.Count);
            Assert.All(got.Zip(messages), pair => Assert.Equal(pair.Second, pair.First.Message.Data));
        }, iter: 200);

    [Fact]
    [Requirement("IN-83")]
    public void What_is_sent_comes_back_in_frames_of_at_most_4096_bytes() =>
        Gen.Byte.Array[0, 40_000].Sample(data =>
        {
            byte[] sent = Frames.Pack(2, 7, MessageType.Response, data);

            ChannelMessage got = Assert.Single(ReadAll(new MemoryStream(sent)));

            Assert.Equal((2u, 7u, MessageType.Response), (got.Channel, got.Message.StreamId, got.Message.Type));
            Assert.Equal(data, got.Message.Data);
            Assert.All(FrameLengths(sent), length => Assert.InRange(length, 1, 4096));
        }, iter: 200);

    [Fact]
    [Requirement("IN-84")]
    public void A_message_may_be_a_header_alone()
    {
        ChannelMessage got = Assert.Single(ReadAll(new MemoryStream([.. Cut(Empty, 4)])));

        Assert.Empty(got.Message.Data);
        Assert.Equal(MessageType.Response, got.Message.Type);
    }

    [Fact]
    [Requirement("IN-83")]
    public void Frames_of_other_channels_are_dropped()
    {
        List<ChannelMessage> got = ReadAll(new MemoryStream([.. Cut([1, 2, 3], 3, channel: 9), .. Cut(Empty, 10), .. Cut([4], 1, channel: 0)]));

        Assert.Equal(1u, Assert.Single(got).Channel);
    }

    [Fact]
    [Requirement("IN-84")]
    public void Data_beyond_the_limit_is_skipped_and_the_next_message_is_read()
    {
        byte[] tooLong = Message(1, new byte[(4 << 20) + 1]), next = Message(3, [42]);

        List<ChannelMessage> got = ReadAll(new MemoryStream([.. Cut(tooLong, 1 << 20), .. Cut(next, 4096)]));

        Assert.Equal([(1u, true, 0), (3u, false, 1)], got.Select(m => (m.Message.StreamId, m.Message.TooLong, m.Message.Data.Length)));
    }

    [Fact]
    [Requirement("IN-84")]
    public void The_longest_message_comes_in_one_frame()
    {
        byte[] data = new byte[4 << 20];

        ChannelMessage got = Assert.Single(ReadAll(new MemoryStream([.. Cut(Message(1, data), int.MaxValue)])));

        Assert.Equal((data.Length, false), (got.Message.Data.Length, got.Message.TooLong));
    }

    [Fact]
    [Requirement("IN-83")]
    public void A_longer_frame_is_not_read()
    {
        byte[] header = [0, 0, 0, 1, .. BigEndian((4 << 20) + 11)];

        Assert.Throws<InvalidDataException>(() => ReadAll(new MemoryStream(header)));
    }

    [Theory]
    [Requirement("IN-83")]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(17)]
    public void An_end_within_a_frame_is_a_lost_connection(int length) =>
        Assert.Throws<EndOfStreamException>(() => ReadAll(new MemoryStream([.. Cut(Empty, 10).Take(length)])));

    private static List<ChannelMessage> ReadAll(Stream stream)
    {
        MessageReader reader = new(stream);
        List<ChannelMessage> messages = [];
        while (reader.ReadAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } next)
            messages.Add(next);
        return messages;
    }

    private static byte[] Message(uint stream, byte[] data) => [.. BigEndian((uint)data.Length), .. BigEndian(stream), 1, 0, .. data];

    private static IEnumerable<byte> Cut(byte[] message, int size, uint channel = 1) =>
        message.Chunk(Math.Min(size, message.Length)).SelectMany(piece => (byte[])[.. BigEndian(channel), .. BigEndian((uint)piece.Length), .. piece]);

    private static IEnumerable<int> FrameLengths(byte[] frames)
    {
        for (int at = 0; at < frames.Length; at += 8 + BinaryPrimitives.ReadInt32BigEndian(frames.AsSpan(at + 4)))
            yield return BinaryPrimitives.ReadInt32BigEndian(frames.AsSpan(at + 4));
    }

    private static byte[] BigEndian(uint number)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return bytes;
    }

    /// <summary>Gives at most so many bytes at once, as sockets do.</summary>
    private sealed class SlowStream(byte[] bytes, int most) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
    }
}
