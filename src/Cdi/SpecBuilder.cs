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

    /// <summary>The version to declare; null for the lowest that will do.</summary>
    public string? Version { get; init; }

    /// <summary>The vendor; null for that of the raw document, or else nvidia.com.</summary>
    public string? Vendor { get; init; }

    /// <summary>The class; null for that of the raw document, or else gpu.</summary>
    public string? Class { get; init; }

    /// <summary>The devices, when there is no raw document.</summary>
    public IReadOnlyList<CdiDevice> Devices { get; init => field = ValueList<CdiDevice>.From(value); } = ValueList<CdiDevice>.Empty;

    /// <summary>The global edits, when there is no raw document.</summary>
    public ContainerEdits ContainerEdits { get; init => field = Argument.NotNull(value); } = ContainerEdits.Empty;

    /// <summary>The format where a file's name does not tell.</summary>
    public SpecFormat Format { get; init; } = SpecFormat.Yaml;

    /// <summary>The mode of files; null or None mean 0644.</summary>
    public UnixFileMode? Mode { get; init; }

    /// <summary>Whether the document stays as it is; else it is simplified.</summary>
    public bool NoSimplify { get; init; }

    /// <summary>The device that stands for all others; null for none.</summary>
    public MergedDevice? MergedDevice { get; init; }

    /// <summary>Makes the document. It is not validated before it is saved.</summary>
    /// <exception cref="CdiException">The merged device exists already.</exception>
    public BuiltSpec Build()
    {
        string? version = RawSpec?.Version is { Length: > 0 } declared ? declared : Version;
        bool detect = string.IsNullOrEmpty(version) || version == DetectMinimumVersion;
        CdiSpec spec = RawSpec ?? new CdiSpec { Devices = Devices, ContainerEdits = ContainerEdits };
        spec = spec with { Version = detect ? "" : version!, Kind = Kind() };
        if (RawSpec is null && !NoSimplify)
            spec = SpecTransforms.Simplify(spec);
        if (MergedDevice is not null)
            spec = MergedDevice.Apply(spec);
        return new BuiltSpec(detect ? SpecTransforms.MinimumVersion(spec) : spec, Format, Mode);
    }

    private string Kind()
    {
        string vendor = Vendor ?? (RawSpec?.Vendor is { Length: > 0 } rawVendor ? rawVendor : DefaultVendor);
        string className = Class ?? (RawSpec?.Class is { Length: > 0 } rawClass ? rawClass : DefaultClass);
        return $"{vendor}/{className}";
    }
}

/// <summary>A document that is ready to be saved.</summary>
public sealed record BuiltSpec
{
    private readonly SpecFormat _format;
    private readonly UnixFileMode? _mode;

    internal BuiltSpec(CdiSpec spec, SpecFormat format, UnixFileMode? mode)
    {
        Spec = spec;
        _format = format;
        _mode = mode;
    }

    /// <summary>The document with the version that it will be saved with.</summary>
    public CdiSpec Spec { get; }

    /// <summary>Validates the document and puts it into a file.</summary>
    /// <param name="path">The file; its extension decides the encoding, and one is added where there is none.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="CdiException">The document is not valid, for example because its version is too low; nothing was written.</exception>
    /// <exception cref="IOException">The file could not be written.</exception>
    public string Save(string path) => CdiSpecFile.Save(path, Spec, _format, _mode);

    /// <summary>Validates the document and gives the bytes that a file would have.</summary>
    /// <exception cref="CdiException">The document is not valid.</exception>
    public byte[] ToBytes()
    {
        Spec.EnsureValid();
        return CdiSpecWriter.ToBytes(Spec, _format);
    }

    /// <summary>Validates the document and writes what a file would have into a stream, which stays open.</summary>
    /// <exception cref="CdiException">The document is not valid.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        stream.Write(ToBytes());
    }
}
