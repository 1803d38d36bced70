namespace GpuContainers.Cdi;

/// <summary>A device node for the container. Two nodes with equal members are the same entity.</summary>
public sealed record DeviceNode
{
    /// <summary>The path in the container.</summary>
    public string Path { get; init; } = "";

    /// <summary>The path on the host; empty when it is the same.</summary>
    public string HostPath { get; init; } = "";

    /// <summary>"b", "c", "u", "p", or empty for the type of the host's node.</summary>
    public string Type { get; init; } = "";

    /// <summary>The major number; 0 and absent are the same.</summary>
    public long Major { get; init; }

    /// <summary>The minor number; 0 and absent are the same.</summary>
    public long Minor { get; init; }

    /// <summary>Permission bits as a plain number (0660 is 432); null for those of the host's node.</summary>
    public uint? FileMode { get; init; }

    /// <summary>What the container may do: any of "r", "w", "m"; empty means all three.</summary>
    public string Permissions { get; init; } = "";

    /// <summary>The owner in the container; null is not the same as 0.</summary>
    public uint? Uid { get; init; }

    /// <summary>The group in the container; null is not the same as 0.</summary>
    public uint? Gid { get; init; }
}
