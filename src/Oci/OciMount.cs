using GpuContainers.Oci.Values;

namespace GpuContainers.Oci;

/// <summary>One entry of "mounts" in config.json.</summary>
public sealed record OciMount
{
    /// <summary>The path in the container.</summary>
    public string Destination { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The file system type; empty when the document gives none.</summary>
    public string Type { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The path on the host, or what the file system takes for a source; empty when the document gives none.</summary>
    public string Source { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Mount options in their order.</summary>
    public IReadOnlyList<string> Options { get; init => field = ValueList<string>.From(value); } = ValueList<string>.Empty;
}
