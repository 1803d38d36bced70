using CsCheck;
using GpuContainers.Oci;

namespace GpuContainers.Cdi.Tests;

/// <summary>Random valid documents.</summary>
internal static class SpecGenerator
{
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Char["aA0_-./:=#'\"\\ \t\n\r{}[],&*!|>%@`~?<\u00e9\u0085\u2028\ufeff\u4e2d\u007f\u0001"].Array[0, 8].Select(c => new string(c)),
        Of("yes", "No", "~", "null", "0x10", "1_000", "1:30", "2024-01-02", "1e3", ".5", "<<", "=", "\U0001F600", "---", "- a", "a: b", "a #b", "\n\n", " \n"));

    private static readonly Gen<string> NotEmpty = Text.Select(t => "x" + t);
    private static readonly Gen<string> Path = Gen.Select(Of("/", "/dev/", "/usr/lib/", "rel/"), Text).Select((a, b) => a + "p" + b);
    private static readonly Gen<string> Env = Gen.Select(Of("A", "B", "LONG_NAME", "a b"), Text).Select((name, value) => $"{name}={value}");
    private static readonly Gen<uint?> Number = Gen.OneOf(Gen.Const((uint?)null), Of<uint?>(0, 1, 432, uint.MaxValue));

    private static readonly Gen<DeviceNode> Node = Gen.Select(
        Path, Of("", "/dev/h"), Of("", "b", "c", "u", "p"), Of(0L, 1, 195, -1, long.MaxValue), Number, Of("", "r", "mwr"), Number)
        .Select((path, host, type, major, mode, permissions, uid) => new DeviceNode
        {
            Path = path,
            HostPath = host,
            Type = type,
            Major = major,
            Minor = major / 2,
            FileMode = (UnixFileMode?)mode,
            Permissions = permissions,
            Uid = uid,
            Gid = uid,
        });

    private static readonly Gen<Mount> Mount = Gen.Select(Path, Path, Text.List[0, 3], Of("", "bind", "tmpfs")).Select((host, container, options, type) =>
        new Mount { HostPath = host, ContainerPath = container, Options = options, Type = type });

    private static readonly Gen<Hook> Hook = Gen.Select(
        Of("prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"), NotEmpty, Text.List[0, 3], Env.List[0, 2],
            Of<long?>(null, 0, -5, long.MinValue))
        .Select((name, path, args, env, timeout) => new Hook { HookName = name, Path = path, Args = args, Env = env, Timeout = timeout });

    private static readonly Gen<IntelRdt?> Rdt = Gen.OneOf(
        Gen.Const((IntelRdt?)null),
        Gen.Select(Of("", "/", "class"), Text, Text.List[0, 2], Gen.Bool).Select((id, schema, lines, monitor) => (IntelRdt?)new IntelRdt
        {
            // An empty list of schemata cannot be written, so it is not asked for.
            ClosId = id,
            L3CacheSchema = schema,
            MemBwSchema = schema,
            Schemata = lines.Count == 0 ? null : lines,
            EnableMonitoring = monitor,
        }));

    private static readonly Gen<List<NetDevice>> Nets = Gen.Int[0, 2].Select(count =>
        Enumerable.Range(0, count).Select(i => new NetDevice { HostInterfaceName = $"h{i}", Name = $"n{i}" }).ToList());

    private static readonly Gen<ContainerEdits> Edits = Gen.Select(
        Env.List[0, 3], Node.List[0, 3], Nets, Hook.List[0, 3], Mount.List[0, 3], Rdt, Of(0u, 1u, uint.MaxValue).List[0, 3])
        .Select((env, nodes, nets, hooks, mounts, rdt, gids) => new ContainerEdits
        {
            Env = env,
            DeviceNodes = nodes,
            NetDevices = nets,
            Hooks = hooks,
            Mounts = mounts,
            IntelRdt = rdt,
            AdditionalGids = gids,
        });

    private static readonly Gen<IReadOnlyDictionary<string, string>> Annotations = Gen.Select(NotEmpty, Text).List[0, 4].Select(pairs =>
    {
        var map = new Dictionary<string, string>();
        foreach ((string key, string value) in pairs)
            map[key] = value;
        return (IReadOnlyDictionary<string, string>)map;
    });

    internal static readonly Gen<CdiSpec> Spec = Gen.Select(Edits, Edits.List[1, 4], Annotations).Select((global, devices, annotations) => new CdiSpec
    {
        Version = "1.1.0",
        Kind = "acme.example/npu",
        Annotations = annotations,
        ContainerEdits = global,
        Devices = [.. devices.Select((edits, i) => new CdiDevice
        {
            Name = i.ToString(),
            Annotations = i == 0 ? annotations : new Dictionary<string, string>(),
            ContainerEdits = edits.IsEmpty ? new ContainerEdits { AdditionalGids = [0] } : edits,
        })],
    });

    private static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
