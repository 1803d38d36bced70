namespace GpuContainers.Linux.Mounts;

/// <summary>What is not possible through a mount; the bits of mount(2) and of mount_setattr(2), which are the same.</summary>
[Flags]
public enum MountFlags
{
    /// <summary>Everything is possible.</summary>
    None = 0,

    /// <summary>Nothing can be written.</summary>
    ReadOnly = 1,

    /// <summary>Set-id bits do not count.</summary>
    NoSetId = 2,

    /// <summary>Device nodes cannot be opened.</summary>
    NoDevices = 4,

    /// <summary>No program can be executed.</summary>
    NoExecution = 8,
}
