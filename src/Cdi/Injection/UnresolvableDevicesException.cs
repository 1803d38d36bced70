namespace GpuContainers.Cdi;

/// <summary>Devices were asked for that no document of the registry defines, or that two documents define (CDI-85).</summary>
public sealed class UnresolvableDevicesException : Exception
{
    /// <summary>Makes the error for these names, in the order of the request.</summary>
    public UnresolvableDevicesException(IReadOnlyList<string> names)
        : base($"unresolvable CDI devices {string.Join(", ", names)}") => Names = names;

    /// <summary>The names, repetitions kept.</summary>
    public IReadOnlyList<string> Names { get; }
}
