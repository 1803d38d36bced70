namespace GpuContainers.Cdi;

/// <summary>Puts a document together from devices and edits, or from one that exists.</summary>
public sealed record SpecBuilder
{
    // The obsolete way to ask for what an absent version means (CDI-153).
    private const string DetectMinimumVersion = "DETECT_MINIMUM_VERSION";
    private const string DefaultVendor = "nvidia.com";
    private const string DefaultClass = "gpu";

    /// <summary>A document to start from; it is not simplified, and its version and kind count where nothing else is given.</summary>
    public CdiSpec? RawSpec { get; init; }

    /// <summary>The version to declare; null for the lowest that will do, computed at every save.</summary>
    public string? Version { get; init; }

    /// <summary>The vendor; null for that of the raw document, or else nvidia.com.</summary>
    public string? Vendor { get; init; }

    /// <summary>The class; null for that of the raw document, or else gpu.</summary>
    public string? Class { get; init; }

    /// <summary>The devices, when there is no raw document.</summary>
    public IReadOnlyList<CdiDevice> Devices { get; init; } = [];

    /// <summary>The global edits, when there is no raw document.</summary>
    public ContainerEdits ContainerEdits { get; init; } = ContainerEdits.Empty;

    /// <summary>The format where a file's name does not tell.</summary>
    public SpecFormat Format { get; init; } = SpecFormat.Yaml;

    /// <summary>The mode of files; 0 means 0644.</summary>
    public uint Mode { get; init; }

    /// <summary>Whether the document stays as it is; else it is simplified.</summary>
    public bool NoSimplify { get; init; }

    /// <summary>The device that stands for all others; null for none.</summary>
    public MergedDevice? MergedDevice { get; init; }

    /// <summary>Makes the document.</summary>
    /// <exception cref="CdiException">The merged device exists already.</exception>
    public BuiltSpec Build()
    {
        string? version = RawSpec?.Version is { Length: > 0 } declared ? declared : Version;
        bool detect = string.IsNullOrEmpty(version) || version == DetectMinimumVersion;
        CdiSpec spec = RawSpec ?? new CdiSpec { Devices = Devices, ContainerEdits = ContainerEdits };
        spec = spec with { Version = detect ? CdiSpec.CurrentVersion : version!, Kind = Kind() };
        if (RawSpec is null && !NoSimplify)
            spec = Simplify.Apply(spec);
        if (MergedDevice is not null)
            spec = MergedDevice.Apply(spec);
        return new BuiltSpec(spec, detect, Format, Mode);
    }

    private string Kind()
    {
        string vendor = Vendor ?? (RawSpec?.Vendor is { Length: > 0 } rawVendor ? rawVendor : DefaultVendor);
        string className = Class ?? (RawSpec?.Class is { Length: > 0 } rawClass ? rawClass : DefaultClass);
        return $"{vendor}/{className}";
    }
}
