using GpuContainers.Cdi.Injection;
using GpuContainers.Cdi.Reading;

namespace GpuContainers.Cdi.Lint;

/// <summary>Compares the edits of a document with this host, and looks for what is dangerous in them.</summary>
internal static class EditsLint
{
    /// <summary>Takes a finding.</summary>
    internal delegate void Reporter(string code, CdiSeverity severity, CdiProblem problem);

    /// <summary>Checks all edits of a document.</summary>
    /// <param name="spec">The document.</param>
    /// <param name="withHost">Whether this host is looked at.</param>
    /// <param name="report">Takes what is found.</param>
    internal static void Check(CdiSpec spec, bool withHost, Reporter report)
    {
        // What only this host can tell.
        Reporter chosen = withHost ? report : (code, severity, problem) =>
        {
            if (code is not (FindingCode.MissingPath or FindingCode.OtherNode or FindingCode.Writable))
                report(code, severity, problem);
        };
        Check(spec.ContainerEdits, "containerEdits", chosen);
        for (int i = 0; i < spec.Devices.Count; i++)
            Check(spec.Devices[i].ContainerEdits, $"devices[{i}].containerEdits", chosen);
    }

    private static void Check(ContainerEdits edits, string member, Reporter report)
    {
        for (int i = 0; i < edits.Hooks.Count; i++)
            Check(edits.Hooks[i], $"{member}.hooks[{i}]", report);
        for (int i = 0; i < edits.Mounts.Count; i++)
            Check(edits.Mounts[i], $"{member}.mounts[{i}]", report);
        for (int i = 0; i < edits.DeviceNodes.Count; i++)
            Check(edits.DeviceNodes[i], $"{member}.deviceNodes[{i}]", report);
    }

    private static void Check(Hook hook, string member, Reporter report)
    {
        // startContainer hooks run in the container, with a program of the image and without rights on the host.
        if (hook.HookName == "startContainer" || hook.Path.Length == 0)
            return;
        if (hook.Env.Count == 0)
        {
            report(
                FindingCode.InheritedEnvironment, CdiSeverity.Warning,
                new CdiProblem(
                    member, $"hook {hook.Path} has no env, so runc lets it inherit the container's environment, LD_PRELOAD included (CVE-2025-23266)",
                    "give the hook an env with at least one entry, such as NVIDIA_CTK_DEBUG=false"));
        }
        if (!HostFile.TryStatus(hook.Path, followLinks: true, out FileStatus status) || status.Kind != FileKind.Regular)
        {
            report(
                FindingCode.MissingPath, CdiSeverity.Error,
                new CdiProblem(
                    member + ".path", $"hook {hook.Path} is not a file on this host, so containers with it do not start",
                    "install the program, or generate the document anew"));
            return;
        }
        WritablePaths.Check(hook.Path, $"hook {hook.Path}", (text, hint) =>
            report(FindingCode.Writable, CdiSeverity.Error, new CdiProblem(member + ".path", text, hint)));
    }

    private static void Check(Mount mount, string member, Reporter report)
    {
        if (mount.Type is "" or "bind" && IsRelative(mount.HostPath))
            report(FindingCode.RelativePath, CdiSeverity.Warning, Relative(member + ".hostPath", mount.HostPath));
        bool bind = mount.Type is "" or "bind" || Contains(mount.Options, "bind") || Contains(mount.Options, "rbind");
        if (bind && mount.HostPath.StartsWith('/') && !HostFile.TryStatus(mount.HostPath, followLinks: true, out _))
        {
            report(
                FindingCode.MissingPath, CdiSeverity.Error,
                new CdiProblem(
                    member + ".hostPath", $"{mount.HostPath} does not exist on this host, so containers with it do not start",
                    "install what provides it, or generate the document anew"));
        }
    }

    private static void Check(DeviceNode node, string member, Reporter report)
    {
        if (node.Path.Length == 0)
            return;
        string hostPath = node.HostPath.Length > 0 ? node.HostPath : node.Path;
        if (IsRelative(hostPath))
            report(FindingCode.RelativePath, CdiSeverity.Warning, Relative(member + (node.HostPath.Length > 0 ? ".hostPath" : ".path"), hostPath));
        if (!HostFile.TryStatus(hostPath, followLinks: false, out FileStatus host) || HostNode.Letter(host.Kind) is not { Length: > 0 } type)
        {
            bool complete = node.Type.Length > 0 && (node.Major != 0 || node.Type == "p");
            report(
                FindingCode.MissingPath, complete ? CdiSeverity.Warning : CdiSeverity.Error,
                new CdiProblem(
                    member,
                    $"{hostPath} is not a device node on this host" + (complete ? "; the container gets the declared one" : ", so it cannot be injected"),
                    "load the driver that makes it, or generate the document anew"));
            return;
        }
        string? difference = null;
        if (node.Type.Length > 0 && node.Type != type)
            difference = $"type {node.Type}, but the host's {hostPath} is {type}";
        else if (node.Major != 0 && type != "p" && (node.Major != host.Major || node.Minor != host.Minor))
            difference = $"number {node.Major}:{node.Minor}, but the host's {hostPath} has {host.Major}:{host.Minor}";
        if (difference is not null)
        {
            report(
                FindingCode.OtherNode, CdiSeverity.Warning,
                new CdiProblem(member, $"device {node.Path} declares {difference}", "generate the document anew; numbers change with the driver"));
        }
    }

    private static bool IsRelative(string path) => path.Length > 0 && path[0] != '/';

    private static CdiProblem Relative(string member, string path) => new(
        member, $"{path} is relative, so what it means depends on the directory in which the engine or the low-level runtime happens to run",
        "write the absolute path");

    private static bool Contains(IReadOnlyList<string> options, string wanted)
    {
        foreach (string option in options)
        {
            if (option == wanted)
                return true;
        }
        return false;
    }
}

/// <summary>Names of devices that stand without quotes and are numbers, dates or truth values to readers of YAML.</summary>
internal static class UnquotedNames
{
    internal static void Check(SpecNode? root, Action<CdiProblem> report)
    {
        SpecNode? devices = Member(root, "devices");
        for (int i = 0; devices is { Kind: SpecNodeKind.List } && i < devices.Items.Count; i++)
        {
            if (Member(devices.Items[i], "name") is not { Kind: SpecNodeKind.Scalar, IsPlain: true, Tag: "" } name
                || ScalarValue.FromPlain(name.Text) is not { Kind: not (ScalarKind.Text or ScalarKind.Null) } value)
                continue;
            string what = value.Kind == ScalarKind.Bool ? "truth value" : "number";
            report(new CdiProblem(name.Line, name.Column, $"devices[{i}].name",
                $"{name.Text} without quotes is a {what} to YAML; engines take it as \"{value.AsText()}\" at best", $"write \"{name.Text}\""));
        }
    }

    private static SpecNode? Member(SpecNode? map, string name) =>
        map?.Members.FirstOrDefault(member => member.Key.Kind == SpecNodeKind.Scalar && member.Key.Text == name).Value;
}

/// <summary>Finds files and folders through which others than root could change what runs or is mounted as root.</summary>
internal static class WritablePaths
{
    /// <summary>Looks at a file and all folders above it, links followed.</summary>
    /// <param name="path">The file; one that does not exist is not a finding here.</param>
    /// <param name="what">What the file is, to begin the text with; may be empty.</param>
    /// <param name="report">Takes what was found and its hint.</param>
    internal static void Check(string path, string what, Action<string, string> report)
    {
        if (!HostPathResolution.TryResolve(path, out string current, out _))
            return;
        bool isTarget = true;
        while (true)
        {
            if (HostFile.TryStatus(current, followLinks: true, out FileStatus status) && Problem(status, isTarget) is { } problem)
            {
                // Nobody should change the rights of a device because a link leads to it.
                string hint = status.Kind is FileKind.Regular or FileKind.Directory ? $"chown root:root {current} && chmod go-w {current}"
                    : $"put a regular file in place of what leads to {current}";
                report($"{what}{(what.Length > 0 ? ": " : "")}{current} {problem}", hint);
                return;
            }
            if (current == "/")
                return;
            current = LexicalPath.Parent(current);
            isTarget = false;
        }
    }

    // In a folder with the sticky bit nobody can replace what is root's.
    private static string? Problem(in FileStatus status, bool isTarget)
    {
        if (status.Uid != 0)
            return $"belongs to user {status.Uid}, who can change it";
        if (!isTarget && status.Mode.HasFlag(UnixFileMode.StickyBit))
            return null;
        if (status.Mode.HasFlag(UnixFileMode.OtherWrite))
            return "can be written by everyone";
        return status.Mode.HasFlag(UnixFileMode.GroupWrite) && status.Gid != 0 ? $"can be written by group {status.Gid}" : null;
    }
}
