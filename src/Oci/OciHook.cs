using GpuContainers.Oci.Values;

namespace GpuContainers.Oci;

/// <summary>One entry of a list below "hooks" in config.json.</summary>
public sealed record OciHook
{
    /// <summary>The program.</summary>
    public string Path { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Its arguments, argument 0 included.</summary>
    public IReadOnlyList<string> Args { get; init => field = ValueList<string>.From(value); } = ValueList<string>.Empty;

    /// <summary>Its environment, "NAME=value" each.</summary>
    public IReadOnlyList<string> Env { get; init => field = ValueList<string>.From(value); } = ValueList<string>.Empty;

    /// <summary>Seconds after which the runtime gives up; null when there is no limit.</summary>
    public long? Timeout { get; init; }
}
