namespace GpuContainers.Generation;

/// <summary>Why a specification could not be generated.</summary>
public enum GenerationFailure
{
    /// <summary>A mode, a naming strategy or another option has a value that does not exist.</summary>
    InvalidOption,

    /// <summary>No usable driver: not loaded, no library, or kernel module and libraries of different versions.</summary>
    DriverUnavailable,

    /// <summary>What was asked for is neither an index nor a UUID nor a channel number.</summary>
    InvalidIdentifier,

    /// <summary>What was asked for does not exist on this host.</summary>
    UnknownDevice,

    /// <summary>A device exists, but what belongs to it (node, capability) does not.</summary>
    IncompleteDevice,

    /// <summary>The files of the driver are not where a driver has them, or do not fit each other.</summary>
    DriverFiles,

    /// <summary>The child that asks the driver's own library failed, crashed or did not answer in time.</summary>
    Inventory,
}
