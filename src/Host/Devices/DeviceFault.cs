namespace GpuContainers.Host.Devices;

/// <summary>Why devices of the host cannot be handled.</summary>
public enum DeviceFault
{
    /// <summary>The driver is not loaded, or one of its majors is missing.</summary>
    NoDriver,

    /// <summary>A kernel module cannot be loaded.</summary>
    Module,

    /// <summary>A node cannot be made.</summary>
    Node,

    /// <summary>The kernel's information cannot be read.</summary>
    Information,
}
