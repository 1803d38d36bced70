namespace GpuContainers.Nri.Ttrpc;

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
