namespace GpuContainers.Host.Inventory;

/// <summary>A return code of the driver's library with its text.</summary>
/// <param name="Code">The number.</param>
/// <param name="Text">As the library words it, or the built-in name when it has no words.</param>
public sealed record DriverError(int Code, string Text)
{
    /// <summary>The call does not exist for this device or driver.</summary>
    public const int NotSupported = 3;
}
