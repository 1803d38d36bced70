namespace GpuContainers.Cdi;

/// <summary>One CDI document: devices of one kind, and the edits that come with any of them.</summary>
public sealed record CdiSpec
{
    /// <summary>The highest version of the format that this library knows.</summary>
    public const string CurrentVersion = "1.1.0";

    /// <summary>"cdiVersion" as written in the document, perhaps with a leading "v"; empty when not set yet.</summary>
    public string Version { get; init; } = "";

    /// <summary>"vendor/class".</summary>
    public string Kind { get; init; } = "";

    /// <summary>Annotations of the document by key.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = CdiDevice.NoAnnotations;

    /// <summary>The devices in document order.</summary>
    public IReadOnlyList<CdiDevice> Devices { get; init; } = [];

    /// <summary>The global edits, applied with any device of this document.</summary>
    public ContainerEdits ContainerEdits { get; init; } = ContainerEdits.Empty;

    /// <summary>The vendor part of the kind; empty when the kind cannot be split.</summary>
    public string Vendor => QualifiedDeviceName.SplitKind(Kind).Vendor;

    /// <summary>The class part of the kind; empty when the kind cannot be split.</summary>
    public string Class => QualifiedDeviceName.SplitKind(Kind) is { Vendor.Length: > 0 } parts ? parts.Class : "";

    /// <summary>The device of that unqualified name, or null.</summary>
    public CdiDevice? FindDevice(string name)
    {
        foreach (CdiDevice device in Devices)
        {
            if (device.Name == name)
                return device;
        }
        return null;
    }
}
