namespace GpuContainers.Cdi;

/// <summary>A device of the registry with the document that defines it.</summary>
/// <param name="Device">The device.</param>
/// <param name="Source">The document.</param>
public sealed record RegisteredDevice(CdiDevice Device, RegisteredSpec Source)
{
    /// <summary>"vendor/class=name".</summary>
    public string QualifiedName => $"{Source.Spec.Kind}={Device.Name}";
}
