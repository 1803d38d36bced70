using GpuContainers.Host.Driver;

namespace GpuContainers.Generation.Discovery;

/// <summary>Device nodes below the device root (DS-11, DS-50, DS-131 to DS-133).</summary>
/// <param name="root">Where device nodes are.</param>
/// <param name="notes">Takes note of what was wanted, what was found, and why not.</param>
/// <param name="wantsGroups">Whether processes are to get the groups of nodes.</param>
internal sealed class NodeSearch(DriverRoot root, SearchNotes notes, bool wantsGroups)
{
    /// <summary>The node of a container path such as <c>/dev/nvidia0</c>; null when the host has no character device there.</summary>
    internal DeviceNode? Find(string path)
    {
        string hostPath = HostPath(path);
        DeviceNode? node = FromHost(hostPath, path, out string problem);
        notes.Note(path, node is null ? [] : [hostPath], problem);
        return node;
    }

    /// <summary>The nodes that are there, of several paths.</summary>
    internal List<DeviceNode> FindAll(params ReadOnlySpan<string> paths)
    {
        var nodes = new List<DeviceNode>(paths.Length);
        foreach (string path in paths)
        {
            if (Find(path) is { } node)
                nodes.Add(node);
        }
        return nodes;
    }

    /// <summary>The nodes that patterns name, each once.</summary>
    internal List<DeviceNode> Match(params ReadOnlySpan<string> patterns)
    {
        var nodes = new List<DeviceNode>();
        foreach (string pattern in patterns)
        {
            var found = new List<string>();
            string reason = "";
            foreach (string hostPath in root.Files.Glob(root.DevPath, pattern))
            {
                string path = ContainerPath(hostPath);
                if (nodes.Exists(known => known.Path == path))
                    found.Add(hostPath);
                else if (FromHost(hostPath, path, out string problem) is { } node)
                {
                    nodes.Add(node);
                    found.Add(hostPath);
                }
                else
                {
                    reason = $"{hostPath}: {problem}";
                }
            }
            notes.Note(pattern, found, reason);
        }
        return nodes;
    }

    /// <summary>The host path of a container path such as <c>/dev/nvidia0</c>, whether anything is there or not.</summary>
    internal string HostPath(string path) => LexicalPath.Join(root.DevPath, path);

    /// <summary>The host path of a node.</summary>
    internal static string HostPathOf(DeviceNode node) => node.HostPath.Length > 0 ? node.HostPath : node.Path;

    /// <summary>
    /// The groups that a container's process needs for these nodes (DS-133): unless everyone may read and write a node, its group, if it is not 0.
    /// </summary>
    internal IReadOnlyList<uint> GroupsOf(IReadOnlyList<DeviceNode> nodes)
    {
        if (!wantsGroups)
            return [];
        List<uint>? groups = null;
        foreach (DeviceNode node in nodes.Items())
        {
            if (node is { Gid: > 0 and { } group, FileMode: { } mode and not UnixFileMode.None }
                && !mode.HasFlag(UnixFileMode.OtherRead | UnixFileMode.OtherWrite))
                (groups ??= []).Add(group);
        }
        return groups is null ? [] : groups;
    }

    private string ContainerPath(string hostPath) =>
        root.DevPath == "/" ? hostPath : hostPath[root.DevPath.Length..];

    // A link to a node is not a node (DS-11). uid and type are never set, a host path equal to the path is left out (DS-131, DS-132).
    private DeviceNode? FromHost(string hostPath, string path, out string problem)
    {
        bool exists = root.Files.TryNode(hostPath, out FileStatus status, out Errno error);
        problem = !exists ? error.Describe() : status.Kind != FileKind.CharacterDevice ? $"not a character device but of kind {status.Kind}" : "";
        if (problem.Length > 0)
            return null;
        return new DeviceNode
        {
            Path = path,
            HostPath = hostPath == path ? "" : hostPath,
            Major = status.Major,
            Minor = status.Minor,
            FileMode = status.Mode == 0 ? null : status.Mode,
            Permissions = "rwm",
            Gid = status.Gid == 0 ? null : status.Gid,
        };
    }
}
