namespace GpuContainers.Cdi.Injection;

/// <summary>Edits with everything looked up, so that applying them cannot fail any more.</summary>
internal sealed class PreparedEdits
{
    private readonly ContainerEdits _edits;
    private readonly InjectionOptions _options;
    private readonly List<OciDevice> _devices = [];
    private readonly List<string> _access = [];

    private PreparedEdits(ContainerEdits edits, InjectionOptions options)
    {
        _edits = edits;
        _options = options;
    }

    internal static PreparedEdits Prepare(ContainerEdits edits, OciDocument document, InjectionOptions options)
    {
        var prepared = new PreparedEdits(edits, options);
        foreach (DeviceNode node in ValueList<DeviceNode>.Items(edits.DeviceNodes))
        {
            prepared._devices.Add(Owned(HostNode.Complete(node, options.NodeStatus), document));
            prepared._access.Add(options.PermissionsNone && node.Permissions == "none" ? "" : node.Permissions.Length == 0 ? "rwm" : node.Permissions);
        }
        foreach (Hook hook in ValueList<Hook>.Items(edits.Hooks))
        {
            // A hook of an unknown stage is refused, not dropped (CDI-108, RT-246).
            if (!OciDocument.IsHookStage(hook.HookName))
                throw new CdiException(CdiErrorReason.NotApplicable, $"unknown hook name \"{hook.HookName}\"");
        }
        return prepared;
    }

    // This order is observable (CDI-90).
    internal void Apply(OciDocument document)
    {
        document.AddEnv(_edits.Env, _options.ReplaceEnvironment);
        AddDevices(document);
        foreach (NetDevice device in ValueList<NetDevice>.Items(_edits.NetDevices))
            document.SetNetDevice(device.HostInterfaceName, device.Name);
        AddMounts(document);
        foreach (Hook hook in ValueList<Hook>.Items(_edits.Hooks))
            document.AppendHook(hook.HookName, new OciHook { Path = hook.Path, Args = hook.Args, Env = hook.Env, Timeout = hook.Timeout });
        if (_edits.IntelRdt is { } rdt)
            document.SetIntelRdt(rdt);
        document.AddAdditionalGids(_edits.AdditionalGids);
    }

    // Never the owner of the host's node (CDI-102, RT-242).
    private static OciDevice Owned(OciDevice device, OciDocument document)
    {
        uint? user = document.UserId > 0 ? document.UserId : null;
        uint? group = document.GroupId > 0 ? document.GroupId : null;
        return device with { Uid = device.Uid ?? user, Gid = device.Gid ?? group };
    }

    private void AddDevices(OciDocument document)
    {
        for (int i = 0; i < _devices.Count; i++)
        {
            OciDevice device = _devices[i];
            document.SetDevice(device);
            // Pipes and unbuffered devices get no rule (CDI-104, RT-243).
            if (device.Type is "b" or "c")
                document.AllowDevice(device.Type, device.Major, device.Minor, _access[i]);
        }
    }

    private void AddMounts(OciDocument document)
    {
        bool mapIds = _options.MapMountIds && document.HasUserNamespace;
        ReadOnlySpan<Mount> edits = ValueList<Mount>.Items(_edits.Mounts);
        var mounts = new List<OciMount>(edits.Length);
        foreach (Mount mount in edits)
        {
            mounts.Add(new OciMount
            {
                Destination = mount.ContainerPath,
                Type = mount.Type,
                Source = mount.HostPath,
                Options = mapIds ? WithIdMapping(mount) : mount.Options,
            });
        }
        document.AddMounts(mounts);
    }

    // Mounts of a container with a user namespace keep their owners (CDI-193).
    private static IReadOnlyList<string> WithIdMapping(Mount mount)
    {
        string addition = mount.Type == "bind" ? "idmap" : "";
        foreach (string option in mount.Options)
        {
            if (option is "idmap" or "ridmap")
                return mount.Options;
            addition = option switch { "bind" => "idmap", "rbind" => "ridmap", _ => addition };
        }
        return addition.Length == 0 ? mount.Options : [.. mount.Options, addition];
    }
}

/// <summary>Completes a declared device node from the host's node (CDI-98 to CDI-101, RT-241).</summary>
internal static class HostNode
{
    /// <exception cref="CdiException">Something is missing that only the host's node could tell, and it cannot.</exception>
    internal static OciDevice Complete(DeviceNode node, NodeStatus? statusOf = null)
    {
        string hostPath = node.HostPath.Length > 0 ? node.HostPath : node.Path;
        bool complete = node.Type.Length > 0 && (node.Major != 0 || node.Type == "p");
        string type = TypeOf(hostPath, statusOf ?? Look, out FileStatus host, out string problem);
        if (type.Length == 0)
        {
            if (!complete)
                throw new CdiException(CdiErrorReason.NotApplicable, $"failed to stat CDI host device \"{hostPath}\": {problem}");
            return Declared(node, node.FileMode);
        }
        // The mode without the bits of the file type (CDI-101).
        OciDevice device = Declared(node, node.FileMode ?? host.Mode);
        if (complete)
            return device;
        if (node.Type.Length > 0 && node.Type != type)
        {
            throw new CdiException(
                CdiErrorReason.NotApplicable, $"CDI device (\"{node.Path}\", \"{hostPath}\"), host type mismatch ({node.Type}, {type})");
        }
        device = device with { Type = type };
        // Both numbers come from the host, or none (CDI-100).
        return type == "p" || node.Major != 0 ? device : device with { Major = host.Major, Minor = host.Minor };
    }

    private static OciDevice Declared(DeviceNode node, UnixFileMode? fileMode) => new()
    {
        Path = node.Path,
        Type = node.Type,
        Major = node.Major,
        Minor = node.Minor,
        FileMode = fileMode,
        Uid = node.Uid,
        Gid = node.Gid,
    };

    private static bool Look(string path, out FileStatus status, out Errno error) => HostFile.TryStatus(path, followLinks: false, out status, out error);

    // A link is not followed and is not a device (CDI-98).
    private static string TypeOf(string path, NodeStatus statusOf, out FileStatus status, out string problem)
    {
        problem = "not a device node";
        if (!statusOf(path, out status, out Errno error))
        {
            problem = error.Describe();
            return "";
        }
        return Letter(status.Kind);
    }

    /// <summary>How specifications write the kind of a node; empty for what is not a node.</summary>
    internal static string Letter(FileKind kind) => kind switch
    {
        FileKind.CharacterDevice => "c",
        FileKind.BlockDevice => "b",
        FileKind.Pipe => "p",
        _ => "",
    };
}
