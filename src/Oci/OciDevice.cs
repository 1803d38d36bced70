namespace GpuContainers.Oci;

/// <summary>One entry of "linux.devices" in config.json.</summary>
public sealed record OciDevice
{
    /// <summary>The path in the container.</summary>
    public string Path { get; init; } = "";

    /// <summary>"c", "u", "b" or "p".</summary>
    public string Type { get; init; } = "";

    /// <summary>The major number.</summary>
    public long Major { get; init; }

    /// <summary>The minor number.</summary>
    public long Minor { get; init; }

    /// <summary>Permission bits as a plain number (0660 is 432); null when unset.</summary>
    public uint? FileMode { get; init; }

    /// <summary>The owner in the container; null when unset.</summary>
    public uint? Uid { get; init; }

    /// <summary>The group in the container; null when unset.</summary>
    public uint? Gid { get; init; }
}
