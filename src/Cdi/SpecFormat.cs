namespace GpuContainers.Cdi;

/// <summary>How a document is written.</summary>
public enum SpecFormat
{
    /// <summary>YAML in block style.</summary>
    Yaml,

    /// <summary>JSON on one line.</summary>
    Json,
}
