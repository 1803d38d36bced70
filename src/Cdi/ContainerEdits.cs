namespace GpuContainers.Cdi;

/// <summary>What is to change in a container. Values never change, and two with equal content are equal.</summary>
public sealed record ContainerEdits
{
    /// <summary>Edits that change nothing.</summary>
    public static readonly ContainerEdits Empty = new();

    /// <summary>Environment entries, "NAME=value" each.</summary>
    public IReadOnlyList<string> Env { get; init => field = ValueList<string>.From(value); } = ValueList<string>.Empty;

    /// <summary>Device nodes.</summary>
    public IReadOnlyList<DeviceNode> DeviceNodes { get; init => field = ValueList<DeviceNode>.From(value); } = ValueList<DeviceNode>.Empty;

    /// <summary>Network interfaces of the host.</summary>
    public IReadOnlyList<NetDevice> NetDevices { get; init => field = ValueList<NetDevice>.From(value); } = ValueList<NetDevice>.Empty;

    /// <summary>Hooks.</summary>
    public IReadOnlyList<Hook> Hooks { get; init => field = ValueList<Hook>.From(value); } = ValueList<Hook>.Empty;

    /// <summary>Mounts.</summary>
    public IReadOnlyList<Mount> Mounts { get; init => field = ValueList<Mount>.From(value); } = ValueList<Mount>.Empty;

    /// <summary>Settings of Intel's resource director technology; null when there are none (since version 0.7.0, all members since 1.1.0).</summary>
    public IntelRdt? IntelRdt { get; init; }

    /// <summary>Group ids for the container's process.</summary>
    public IReadOnlyList<uint> AdditionalGids { get; init => field = ValueList<uint>.From(value); } = ValueList<uint>.Empty;

    /// <summary>Whether nothing is to change; an IntelRdt without members and the group id 0 count as something.</summary>
    public bool IsEmpty =>
        Env.Count == 0 && DeviceNodes.Count == 0 && NetDevices.Count == 0 && Hooks.Count == 0 && Mounts.Count == 0
        && AdditionalGids.Count == 0 && IntelRdt is null;

    /// <summary>These edits followed by others; of two IntelRdt the later one counts as a whole.</summary>
    public ContainerEdits Append(ContainerEdits other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new ContainerEdits
        {
            Env = ValueList<string>.Concatenate(Env, other.Env),
            DeviceNodes = ValueList<DeviceNode>.Concatenate(DeviceNodes, other.DeviceNodes),
            NetDevices = ValueList<NetDevice>.Concatenate(NetDevices, other.NetDevices),
            Hooks = ValueList<Hook>.Concatenate(Hooks, other.Hooks),
            Mounts = ValueList<Mount>.Concatenate(Mounts, other.Mounts),
            IntelRdt = other.IntelRdt ?? IntelRdt,
            AdditionalGids = ValueList<uint>.Concatenate(AdditionalGids, other.AdditionalGids),
        };
    }
}

/// <summary>A device node for the container.</summary>
public sealed record DeviceNode
{
    /// <summary>The path in the container.</summary>
    public string Path { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The path on the host; empty when it is the same.</summary>
    public string HostPath { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>"b", "c", "u", "p", or empty for the type of the host's node.</summary>
    public string Type { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The major number; 0 and absent are the same.</summary>
    public long Major { get; init; }

    /// <summary>The minor number; 0 and absent are the same.</summary>
    public long Minor { get; init; }

    /// <summary>The permission bits; null for those of the host's node.</summary>
    public UnixFileMode? FileMode { get; init; }

    /// <summary>What the container may do: any of "r", "w", "m"; empty means all three.</summary>
    public string Permissions { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The owner in the container; null is not the same as 0.</summary>
    public uint? Uid { get; init; }

    /// <summary>The group in the container; null is not the same as 0.</summary>
    public uint? Gid { get; init; }
}

/// <summary>A network interface of the host that moves into the container (since version 1.1.0).</summary>
public sealed record NetDevice
{
    /// <summary>Its name on the host.</summary>
    public string HostInterfaceName { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Its name in the container.</summary>
    public string Name { get; init => field = Argument.NotNull(value); } = "";
}

/// <summary>A program that the low-level runtime runs.</summary>
public sealed record Hook
{
    /// <summary>The life cycle stage: prestart, createRuntime, createContainer, startContainer, poststart or poststop.</summary>
    public string HookName { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The program.</summary>
    public string Path { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Its arguments, argument 0 included.</summary>
    public IReadOnlyList<string> Args { get; init => field = ValueList<string>.From(value); } = ValueList<string>.Empty;

    /// <summary>Its environment, "NAME=value" each.</summary>
    public IReadOnlyList<string> Env { get; init => field = ValueList<string>.From(value); } = ValueList<string>.Empty;

    /// <summary>Seconds after which the runtime gives up; null when there is no limit.</summary>
    public long? Timeout { get; init; }
}

/// <summary>A mount for the container.</summary>
public sealed record Mount
{
    /// <summary>The path on the host.</summary>
    public string HostPath { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>The path in the container.</summary>
    public string ContainerPath { get; init => field = Argument.NotNull(value); } = "";

    /// <summary>Mount options in their order.</summary>
    public IReadOnlyList<string> Options { get; init => field = ValueList<string>.From(value); } = ValueList<string>.Empty;

    /// <summary>The file system type; empty when not given (since version 0.4.0).</summary>
    public string Type { get; init => field = Argument.NotNull(value); } = "";
}
