using GpuContainers.Oci.Values;

namespace GpuContainers.Oci;

/// <summary>One entry of "linux.devices" in config.json.</summary>
public sealed record OciDevice
{
    /// <summary>The path in the container.</summary>
    public string Path { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>"c", "u", "b" or "p".</summary>
    public string Type { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The major number.</summary>
    public long Major { get; init; }

    /// <summary>The minor number.</summary>
    public long Minor { get; init; }

    /// <summary>The permission bits; null when unset.</summary>
    public UnixFileMode? FileMode { get; init; }

    /// <summary>The owner in the container; null when unset.</summary>
    public uint? Uid { get; init; }

    /// <summary>The group in the container; null when unset.</summary>
    public uint? Gid { get; init; }
}
