namespace GpuContainers.Cdi;

/// <summary>A document that is ready to be saved.</summary>
public sealed class BuiltSpec
{
    private readonly bool _detectVersion;
    private readonly SpecFormat _format;
    private readonly uint _mode;

    internal BuiltSpec(CdiSpec spec, bool detectVersion, SpecFormat format, uint mode)
    {
        Spec = spec;
        _detectVersion = detectVersion;
        _format = format;
        _mode = mode;
    }

    /// <summary>The document. A save that computes the version changes it, so the version is to be read afterwards.</summary>
    public CdiSpec Spec { get; private set; }

    /// <summary>Validates the document and puts it into a file.</summary>
    /// <param name="path">The file; its extension decides the encoding, and one is added where there is none.</param>
    /// <returns>The path of the file.</returns>
    /// <exception cref="CdiException">The document is not valid, for example because its version is too low; nothing was written.</exception>
    /// <exception cref="GpuContainers.Linux.LinuxException">The file could not be written.</exception>
    public string Save(string path)
    {
        Settle();
        return CdiSpecFile.Save(path, Spec, _format, _mode);
    }

    /// <summary>Validates the document and gives the bytes that a file would have.</summary>
    /// <exception cref="CdiException">The document is not valid.</exception>
    public byte[] ToBytes()
    {
        Settle();
        SpecValidation.Require(Spec);
        return _format == SpecFormat.Json ? CdiSpecWriter.ToJson(Spec) : CdiSpecWriter.ToYaml(Spec);
    }

    private void Settle()
    {
        if (_detectVersion)
            Spec = SpecTransforms.MinimumVersion(Spec);
    }
}
