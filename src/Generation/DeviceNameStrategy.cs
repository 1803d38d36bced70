namespace GpuContainers.Generation;

/// <summary>How devices are named; each chosen strategy gives every device one name.</summary>
public enum DeviceNameStrategy
{
    /// <summary><c>0</c> for a GPU, <c>0:1</c> for a MIG device.</summary>
    Index,

    /// <summary><c>gpu0</c> for a GPU, <c>mig0:1</c> for a MIG device.</summary>
    TypeIndex,

    /// <summary>The UUID that the driver gives: <c>GPU-…</c>, <c>MIG-…</c>.</summary>
    Uuid,
}
