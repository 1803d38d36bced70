namespace GpuContainers.Cdi.Validation;

/// <summary>The rules of the format that a document must keep, in NVIDIA's order (CDI-45 to CDI-48).</summary>
internal static class SpecValidation
{
    internal static IReadOnlyList<CdiProblem> Problems(CdiSpec spec, CdiOptions options)
    {
        var problems = new List<CdiProblem>();
        if (options.Validator?.Invoke(spec) is { } objection)
            problems.Add(new CdiProblem("", objection));
        if (SpecVersion.FindProblem(spec) is { } version)
            problems.Add(version);
        Add(problems, "kind", CdiName.VendorProblem(spec.Vendor));
        if (spec.Vendor.Length > 0)
            Add(problems, "kind", CdiName.ClassProblem(spec.Class));
        EditsValidation.AddProblems(problems, spec.ContainerEdits, "containerEdits", "", options);
        AddDevices(problems, spec, options);
        if (spec.Devices.Count == 0)
            problems.Add(new CdiProblem("devices", "invalid spec, no devices"));
        return problems;
    }

    private static void AddDevices(List<CdiProblem> problems, CdiSpec spec, CdiOptions options)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < spec.Devices.Count; i++)
        {
            CdiDevice device = spec.Devices[i];
            string member = $"devices[{i}]";
            string prefix = $"failed add device \"{device.Name}\": ";
            if (CdiName.DeviceProblem(device.Name) is { } nameProblem)
                problems.Add(new CdiProblem(member + ".name", prefix + nameProblem));
            if (device.ContainerEdits.IsEmpty)
                problems.Add(new CdiProblem(member, prefix + "invalid device, empty device edits", "give the device edits, or remove it"));
            EditsValidation.AddProblems(problems, device.ContainerEdits, member + ".containerEdits", prefix, options);
            // Within one file this is an error, not a conflict (CDI-64).
            if (!names.Add(device.Name))
                problems.Add(new CdiProblem(member + ".name", $"invalid spec, multiple device \"{device.Name}\"", "rename or remove one of them"));
        }
    }

    private static void Add(List<CdiProblem> problems, string member, string? text)
    {
        if (text is not null)
            problems.Add(new CdiProblem(member, text));
    }
}

/// <summary>The rules for one set of edits, checked in NVIDIA's order (CDI-47).</summary>
internal static class EditsValidation
{
    private const int MaxClosIdBytes = 4096;

    internal static void AddProblems(List<CdiProblem> problems, ContainerEdits edits, string member, string prefix, CdiOptions options)
    {
        var report = new Report(problems, member, prefix);
        for (int i = 0; i < edits.Env.Count; i++)
            report.Add($"env[{i}]", EnvProblem(edits.Env[i]));
        for (int i = 0; i < edits.DeviceNodes.Count; i++)
            Check(report, edits.DeviceNodes[i], $"deviceNodes[{i}]", options);
        for (int i = 0; i < edits.Hooks.Count; i++)
            Check(report, edits.Hooks[i], $"hooks[{i}]");
        for (int i = 0; i < edits.Mounts.Count; i++)
            Check(report, edits.Mounts[i], $"mounts[{i}]");
        if (edits.IntelRdt is { } rdt)
            report.Add("intelRdt.closID", ClosIdProblem(rdt.ClosId));
        CheckNetDevices(report, edits.NetDevices);
    }

    private static string? EnvProblem(string entry) =>
        entry.IndexOf('=') > 0 ? null : $"invalid environment variable \"{entry}\": write NAME=value";

    private static void Check(Report report, DeviceNode node, string member, CdiOptions options)
    {
        if (node.Path.Length == 0)
            report.Add(member, "invalid (empty) device path");
        if (node.Type is not ("" or "b" or "c" or "u" or "p"))
            report.Add(member + ".type", $"device \"{node.Path}\": invalid type \"{node.Type}\": use b, c, u or p");
        bool none = options.PermissionsNone && node.Permissions == "none";
        if (!none && node.Permissions.AsSpan().ContainsAnyExcept('r', 'w', 'm'))
            report.Add(member + ".permissions", $"device \"{node.Path}\": invalid permissions \"{node.Permissions}\": use the letters r, w and m");
    }

    private static void Check(Report report, Hook hook, string member)
    {
        if (!OciDocument.IsHookStage(hook.HookName))
        {
            report.Add(member + ".hookName", $"invalid hook name \"{hook.HookName}\": use prestart, createRuntime, createContainer, "
                + "startContainer, poststart or poststop");
        }
        if (hook.Path.Length == 0)
            report.Add(member + ".path", $"invalid hook \"{hook.HookName}\" with empty path");
        for (int i = 0; i < hook.Env.Count; i++)
            report.Add($"{member}.env[{i}]", EnvProblem(hook.Env[i]) is { } cause ? $"invalid hook \"{hook.HookName}\": {cause}" : null);
    }

    private static void Check(Report report, Mount mount, string member)
    {
        if (mount.HostPath.Length == 0)
            report.Add(member, "invalid mount, empty host path");
        if (mount.ContainerPath.Length == 0)
            report.Add(member, "invalid mount, empty container path");
    }

    private static string? ClosIdProblem(string id)
    {
        if (id is "" or "/")
            return null;
        bool valid = Texts.Bytes(id) < MaxClosIdBytes && id is not ("." or "..") && !id.AsSpan().ContainsAny('/', '\n');
        return valid ? null : "invalid closID: it must be a file name, or \"/\"";
    }

    private static void CheckNetDevices(Report report, IReadOnlyList<NetDevice> devices)
    {
        var hosts = new HashSet<string>(StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < devices.Count; i++)
        {
            NetDevice device = devices[i];
            string member = $"netDevices[{i}]";
            if (device.HostInterfaceName.Length == 0)
                report.Add(member, "invalid linux net device, empty HostInterfaceName");
            if (device.Name.Length == 0)
                report.Add(member, "invalid linux net device, empty Name");
            if (!hosts.Add(device.HostInterfaceName))
                report.Add(member, $"invalid linux net device, duplicate HostInterfaceName \"{device.HostInterfaceName}\"");
            if (!names.Add(device.Name))
                report.Add(member, $"invalid linux net device, duplicate Name \"{device.Name}\"");
        }
    }

    private readonly record struct Report(List<CdiProblem> Problems, string Member, string Prefix)
    {
        internal void Add(string member, string? text)
        {
            if (text is not null)
                Problems.Add(new CdiProblem($"{Member}.{member}", Prefix + text));
        }
    }
}
