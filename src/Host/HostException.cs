namespace GpuContainers.Host;

/// <summary>Something on the host is missing or not as it must be.</summary>
/// <param name="reason">The kind of failure.</param>
/// <param name="message">What, where, and what to do about it.</param>
public sealed class HostException(HostFailure reason, string message) : Exception(message)
{
    /// <summary>The kind of failure.</summary>
    public HostFailure Reason { get; } = reason;
}
