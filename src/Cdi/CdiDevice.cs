namespace GpuContainers.Cdi;

/// <summary>One device of a CDI document.</summary>
public sealed record CdiDevice
{
    internal static readonly IReadOnlyDictionary<string, string> NoAnnotations = new Dictionary<string, string>();

    /// <summary>The unqualified name, unique in its document.</summary>
    public string Name { get; init; } = "";

    /// <summary>Annotations of the device by key.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = NoAnnotations;

    /// <summary>What a container gets with this device, besides the document's global edits.</summary>
    public ContainerEdits ContainerEdits { get; init; } = ContainerEdits.Empty;
}
