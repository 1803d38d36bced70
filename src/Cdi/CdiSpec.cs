using GpuContainers.Cdi.Validation;

namespace GpuContainers.Cdi;

/// <summary>
/// One specification: devices of one kind, and the edits that come with any of them. Values never change, and two with equal content are equal.
/// </summary>
public sealed record CdiSpec
{
    /// <summary>The highest version of the format that this library knows.</summary>
    public const string CurrentVersion = "1.1.0";

    /// <summary>"cdiVersion" as written in the document, perhaps with a leading "v"; empty when not set yet.</summary>
    public string Version { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>"vendor/class".</summary>
    public string Kind { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Annotations of the document by key.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init => field = ValueMap.From(value); } = ValueMap.Empty;

    /// <summary>The devices in document order.</summary>
    public IReadOnlyList<CdiDevice> Devices { get; init => field = ValueList<CdiDevice>.From(value); } = ValueList<CdiDevice>.Empty;

    /// <summary>The global edits, applied with any device of this document.</summary>
    public ContainerEdits ContainerEdits { get; init => field = Argument.NotNull(value); } = ContainerEdits.Empty;

    /// <summary>The vendor part of the kind; empty when the kind cannot be split.</summary>
    public string Vendor => QualifiedDeviceName.SplitKind(Kind).Vendor;

    /// <summary>The class part of the kind; empty when the kind cannot be split.</summary>
    public string Class => QualifiedDeviceName.SplitKind(Kind) is { Vendor.Length: > 0 } parts ? parts.Class : "";

    /// <summary>The device of a name, or null.</summary>
    public CdiDevice? FindDevice(string name)
    {
        foreach (CdiDevice device in Devices)
        {
            if (device.Name == name)
                return device;
        }
        return null;
    }

    /// <summary>Checks the rules of the format.</summary>
    /// <param name="options">How to check.</param>
    /// <returns>All problems, the one first that NVIDIA's toolkit would report; their lines are 0. Empty for a valid document.</returns>
    public IReadOnlyList<CdiProblem> Validate(CdiOptions? options = null) => SpecValidation.Problems(this, options ?? CdiOptions.Default);

    /// <summary>Refuses a document that breaks a rule of the format.</summary>
    /// <exception cref="CdiException">"invalid CDI Spec: …" with all problems.</exception>
    public void EnsureValid(CdiOptions? options = null)
    {
        IReadOnlyList<CdiProblem> problems = Validate(options);
        if (problems.Count > 0)
            throw CdiException.From(CdiErrorReason.Invalid, "", problems, "invalid CDI Spec: ");
    }
}

/// <summary>One device of a specification.</summary>
public sealed record CdiDevice
{
    /// <summary>The unqualified name, unique in its document.</summary>
    public string Name { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Annotations of the device by key.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init => field = ValueMap.From(value); } = ValueMap.Empty;

    /// <summary>What a container gets with this device, besides the document's global edits.</summary>
    public ContainerEdits ContainerEdits { get; init => field = Argument.NotNull(value); } = ContainerEdits.Empty;
}
