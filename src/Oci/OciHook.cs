namespace GpuContainers.Oci;

/// <summary>One entry of a list below "hooks" in config.json.</summary>
public sealed record OciHook
{
    /// <summary>The program.</summary>
    public string Path { get; init; } = "";

    /// <summary>Its arguments, argument 0 included.</summary>
    public IReadOnlyList<string> Args { get; init; } = [];

    /// <summary>Its environment, "NAME=value" each.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Seconds after which the runtime gives up; null when there is no limit.</summary>
    public long? Timeout { get; init; }
}
