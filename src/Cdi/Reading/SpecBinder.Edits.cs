namespace GpuContainers.Cdi.Reading;

internal sealed partial class SpecBinder
{
    private ContainerEdits Edits(SpecNode node, ContainerEdits edits)
    {
        foreach ((string name, SpecNode value) in Members(
            node, "env", "deviceNodes", "netDevices", "hooks", "mounts", "intelRdt", "additionalGids"))
        {
            Enter(name);
            edits = name switch
            {
                "env" => edits with { Env = Texts(value) },
                "deviceNodes" => edits with { DeviceNodes = Entities(value, DeviceNode) },
                "netDevices" => edits with { NetDevices = Entities(value, NetDevice) },
                "hooks" => edits with { Hooks = Entities(value, Hook) },
                "mounts" => edits with { Mounts = Entities(value, Mount) },
                "intelRdt" => edits with { IntelRdt = IsNull(value) ? null : Rdt(value, edits.IntelRdt ?? new IntelRdt()) },
                _ => edits with { AdditionalGids = List(value, item => NullableUnsigned(item) ?? 0) },
            };
            Leave();
        }
        return edits;
    }

    private DeviceNode DeviceNode(SpecNode node)
    {
        var made = new DeviceNode();
        foreach ((string name, SpecNode value) in Members(
            node, "path", "hostPath", "type", "major", "minor", "fileMode", "permissions", "uid", "gid"))
        {
            Enter(name);
            made = name switch
            {
                "path" => made with { Path = Text(value, made.Path) },
                "hostPath" => made with { HostPath = Text(value, made.HostPath) },
                "type" => made with { Type = Text(value, made.Type) },
                "major" => made with { Major = Integer(value, made.Major) },
                "minor" => made with { Minor = Integer(value, made.Minor) },
                "fileMode" => made with { FileMode = (UnixFileMode?)NullableUnsigned(value) },
                "permissions" => made with { Permissions = Text(value, made.Permissions) },
                "uid" => made with { Uid = NullableUnsigned(value) },
                _ => made with { Gid = NullableUnsigned(value) },
            };
            Leave();
        }
        return made;
    }

    private NetDevice NetDevice(SpecNode node)
    {
        var made = new NetDevice();
        foreach ((string name, SpecNode value) in Members(node, "hostInterfaceName", "name"))
        {
            Enter(name);
            made = name == "name"
                ? made with { Name = Text(value, made.Name) }
                : made with { HostInterfaceName = Text(value, made.HostInterfaceName) };
            Leave();
        }
        return made;
    }

    private Hook Hook(SpecNode node)
    {
        var made = new Hook();
        foreach ((string name, SpecNode value) in Members(node, "hookName", "path", "args", "env", "timeout"))
        {
            Enter(name);
            made = name switch
            {
                "hookName" => made with { HookName = Text(value, made.HookName) },
                "path" => made with { Path = Text(value, made.Path) },
                "args" => made with { Args = Texts(value) },
                "env" => made with { Env = Texts(value) },
                _ => made with { Timeout = NullableInteger(value) },
            };
            Leave();
        }
        return made;
    }

    private Mount Mount(SpecNode node)
    {
        var made = new Mount();
        foreach ((string name, SpecNode value) in Members(node, "hostPath", "containerPath", "options", "type"))
        {
            Enter(name);
            made = name switch
            {
                "hostPath" => made with { HostPath = Text(value, made.HostPath) },
                "containerPath" => made with { ContainerPath = Text(value, made.ContainerPath) },
                "options" => made with { Options = Texts(value) },
                _ => made with { Type = Text(value, made.Type) },
            };
            Leave();
        }
        return made;
    }

    // enableCMT and enableMBM, which older versions had, are unknown (CDI-11).
    private IntelRdt Rdt(SpecNode node, IntelRdt made)
    {
        foreach ((string name, SpecNode value) in Members(node, "closID", "l3CacheSchema", "memBwSchema", "schemata", "enableMonitoring"))
        {
            Enter(name);
            made = name switch
            {
                "closID" => made with { ClosId = Text(value, made.ClosId) },
                "l3CacheSchema" => made with { L3CacheSchema = Text(value, made.L3CacheSchema) },
                "memBwSchema" => made with { MemBwSchema = Text(value, made.MemBwSchema) },
                "schemata" => made with { Schemata = IsNull(value) ? null : Texts(value) },
                _ => made with { EnableMonitoring = Flag(value, made.EnableMonitoring) },
            };
            Leave();
        }
        return made;
    }
}
