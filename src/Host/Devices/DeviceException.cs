namespace GpuContainers.Host.Devices;

/// <summary>Devices of the host that cannot be handled.</summary>
/// <param name="reason">What kind of fault it is.</param>
/// <param name="message">The text for people.</param>
public sealed class DeviceException(DeviceFault reason, string message) : Exception(message)
{
    /// <summary>What kind of fault it is.</summary>
    public DeviceFault Reason { get; } = reason;
}
