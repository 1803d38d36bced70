namespace GpuContainers.Cdi.Injection;

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
