namespace GpuContainers.Cdi;

/// <summary>A network interface of the host that moves into the container (since version 1.1.0).</summary>
public sealed record NetDevice
{
    /// <summary>Its name on the host.</summary>
    public string HostInterfaceName { get; init; } = "";

    /// <summary>Its name in the container.</summary>
    public string Name { get; init; } = "";
}
