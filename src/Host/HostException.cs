namespace GpuContainers.Host;

/// <summary>Something on the host is missing or not as it must be.</summary>
/// <param name="reason">The kind of failure.</param>
/// <param name="message">What, where, and what to do about it.</param>
public sealed class HostException(HostFailure reason, string message) : ToolkitException(message)
{
    /// <summary>Files or devices are not there, or not as they must be.</summary>
    public HostException(string message)
        : this(HostFailure.Files, message)
    {
    }

    /// <summary>The kind of failure.</summary>
    public HostFailure Reason => reason;

    /// <summary>Whether a child that asked the vendor's library did not answer in time.</summary>
    public bool TimedOut { get; init; }

    /// <summary>The signal that ended a child that asked the vendor's library; 0 when none did.</summary>
    public int Signal { get; init; }
}

/// <summary>What is wrong with the host.</summary>
public enum HostFailure
{
    /// <summary>Files or devices are missing, or not as they must be.</summary>
    Files,

    /// <summary>No usable driver: not loaded, no library, or kernel module and libraries of different versions.</summary>
    DriverUnavailable,

    /// <summary>The child that asks the driver's own library failed, crashed or did not answer in time.</summary>
    Inventory,
}
