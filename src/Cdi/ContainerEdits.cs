namespace GpuContainers.Cdi;

/// <summary>
/// What is to change in a container: the currency of the whole house. Values are immutable, so edits that share an entity cannot change it under
/// each other's hands.
/// </summary>
public sealed record ContainerEdits
{
    /// <summary>Edits that change nothing.</summary>
    public static readonly ContainerEdits Empty = new();

    /// <summary>Environment entries, "NAME=value" each.</summary>
    public IReadOnlyList<string> Env { get; init; } = [];

    /// <summary>Device nodes.</summary>
    public IReadOnlyList<DeviceNode> DeviceNodes { get; init; } = [];

    /// <summary>Network interfaces of the host.</summary>
    public IReadOnlyList<NetDevice> NetDevices { get; init; } = [];

    /// <summary>Hooks.</summary>
    public IReadOnlyList<Hook> Hooks { get; init; } = [];

    /// <summary>Mounts.</summary>
    public IReadOnlyList<Mount> Mounts { get; init; } = [];

    /// <summary>Settings of Intel's resource director; null when there are none.</summary>
    public IntelRdt? IntelRdt { get; init; }

    /// <summary>Group ids for the container's process.</summary>
    public IReadOnlyList<uint> AdditionalGids { get; init; } = [];

    /// <summary>Whether nothing is to change; an IntelRdt without members and the group id 0 count as something.</summary>
    public bool IsEmpty =>
        Env.Count == 0 && DeviceNodes.Count == 0 && NetDevices.Count == 0 && Hooks.Count == 0 && Mounts.Count == 0
        && AdditionalGids.Count == 0 && IntelRdt is null;

    /// <summary>These edits followed by others; of two IntelRdt the later one counts as a whole.</summary>
    public ContainerEdits Append(ContainerEdits other) => new()
    {
        Env = Concatenate(Env, other.Env),
        DeviceNodes = Concatenate(DeviceNodes, other.DeviceNodes),
        NetDevices = Concatenate(NetDevices, other.NetDevices),
        Hooks = Concatenate(Hooks, other.Hooks),
        Mounts = Concatenate(Mounts, other.Mounts),
        IntelRdt = other.IntelRdt ?? IntelRdt,
        AdditionalGids = Concatenate(AdditionalGids, other.AdditionalGids),
    };

    private static IReadOnlyList<T> Concatenate<T>(IReadOnlyList<T> first, IReadOnlyList<T> second)
    {
        if (second.Count == 0)
            return first;
        return first.Count == 0 ? second : [.. first, .. second];
    }
}
