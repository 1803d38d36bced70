namespace GpuContainers.Host;

/// <summary>What was wrong with the host.</summary>
public enum HostFailure
{
    /// <summary>A file or folder that a driver always has is not there.</summary>
    NotFound,

    /// <summary>A file is there, but not in the form it must have.</summary>
    Malformed,

    /// <summary>No driver is loaded, it has no library, or kernel module and libraries are of different versions.</summary>
    DriverUnavailable,

    /// <summary>A device that was named does not exist.</summary>
    UnknownDevice,

    /// <summary>The child that asks the vendor's library failed, crashed or did not answer in time.</summary>
    Inventory,
}
