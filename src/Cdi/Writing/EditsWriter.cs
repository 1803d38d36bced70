namespace GpuContainers.Cdi.Writing;

/// <summary>Writes one set of edits: members in the order of the format's tables, empty ones left out (CDI-9).</summary>
internal static class EditsWriter
{
    internal static void Write(ISpecSink sink, ContainerEdits edits)
    {
        sink.BeginObject();
        OptionalList(sink, "env", edits.Env);
        Entities(sink, "deviceNodes", edits.DeviceNodes, Node);
        Entities(sink, "netDevices", edits.NetDevices, Net);
        Entities(sink, "hooks", edits.Hooks, Hook);
        Entities(sink, "mounts", edits.Mounts, Mount);
        if (edits.IntelRdt is { } rdt)
            Rdt(sink, rdt);
        if (edits.AdditionalGids.Count > 0)
        {
            sink.Name("additionalGids");
            sink.BeginList();
            foreach (uint gid in edits.AdditionalGids)
                sink.Value((long)gid);
            sink.EndList();
        }
        sink.EndObject();
    }

    private static void Node(ISpecSink sink, DeviceNode node)
    {
        Always(sink, "path", node.Path);
        Optional(sink, "hostPath", node.HostPath);
        Optional(sink, "type", node.Type);
        Optional(sink, "major", node.Major == 0 ? null : node.Major);
        Optional(sink, "minor", node.Minor == 0 ? null : node.Minor);
        Optional(sink, "fileMode", (uint?)node.FileMode);
        Optional(sink, "permissions", node.Permissions);
        Optional(sink, "uid", node.Uid);
        Optional(sink, "gid", node.Gid);
    }

    private static void Net(ISpecSink sink, NetDevice device)
    {
        Always(sink, "hostInterfaceName", device.HostInterfaceName);
        Always(sink, "name", device.Name);
    }

    private static void Hook(ISpecSink sink, Hook hook)
    {
        Always(sink, "hookName", hook.HookName);
        Always(sink, "path", hook.Path);
        OptionalList(sink, "args", hook.Args);
        OptionalList(sink, "env", hook.Env);
        Optional(sink, "timeout", hook.Timeout);
    }

    private static void Mount(ISpecSink sink, Mount mount)
    {
        Always(sink, "hostPath", mount.HostPath);
        Always(sink, "containerPath", mount.ContainerPath);
        OptionalList(sink, "options", mount.Options);
        Optional(sink, "type", mount.Type);
    }

    private static void Rdt(ISpecSink sink, IntelRdt rdt)
    {
        sink.Name("intelRdt");
        sink.BeginObject();
        Optional(sink, "closID", rdt.ClosId);
        Optional(sink, "l3CacheSchema", rdt.L3CacheSchema);
        Optional(sink, "memBwSchema", rdt.MemBwSchema);
        OptionalList(sink, "schemata", rdt.Schemata ?? []);
        if (rdt.EnableMonitoring)
        {
            sink.Name("enableMonitoring");
            sink.Value(true);
        }
        sink.EndObject();
    }

    private static void Entities<T>(ISpecSink sink, string name, IReadOnlyList<T> items, Action<ISpecSink, T> members)
    {
        if (items.Count == 0)
            return;
        sink.Name(name);
        sink.BeginList();
        foreach (T item in items)
        {
            sink.BeginObject();
            members(sink, item);
            sink.EndObject();
        }
        sink.EndList();
    }

    private static void Always(ISpecSink sink, string name, string value)
    {
        sink.Name(name);
        sink.Value(value);
    }

    private static void Optional(ISpecSink sink, string name, string value)
    {
        if (value.Length > 0)
            Always(sink, name, value);
    }

    private static void Optional(ISpecSink sink, string name, long? value)
    {
        if (value is not { } number)
            return;
        sink.Name(name);
        sink.Value(number);
    }

    private static void OptionalList(ISpecSink sink, string name, IReadOnlyList<string> items)
    {
        if (items.Count == 0)
            return;
        sink.Name(name);
        sink.BeginList();
        foreach (string item in items)
            sink.Value(item);
        sink.EndList();
    }
}
