using GpuContainers.Cdi;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Generation.Discovery;

/// <summary>Device nodes below the device root (DS-11, DS-50, DS-131 to DS-133).</summary>
internal sealed class NodeSearch(HostSearch search)
{
    /// <summary>The node of a container path such as <c>/dev/nvidia0</c>; null when the host has no character device there.</summary>
    internal DeviceNode? Find(string path)
    {
        string hostPath = LexicalPath.Join(search.Root.DevPath, path);
        DeviceNode? node = FromHost(hostPath, path, out string problem);
        search.Note(path, node is null ? null : hostPath, problem);
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
            string note = "";
            foreach (string hostPath in search.Files.Glob(search.Root.DevPath, pattern))
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
                    note = $"{hostPath}: {problem}";
                }
            }
            search.Note(pattern, found, note);
        }
        return nodes;
    }

    /// <summary>The host path of a node.</summary>
    internal static string HostPathOf(DeviceNode node) => node.HostPath.Length > 0 ? node.HostPath : node.Path;

    /// <summary>
    /// The groups that a container's process needs for these nodes (DS-133): unless everyone may read and write a node, its group, if it is not 0.
    /// </summary>
    internal IReadOnlyList<uint> GroupsOf(IReadOnlyList<DeviceNode> nodes)
    {
        if (search.Options.NoAdditionalGids)
            return [];
        List<uint>? groups = null;
        foreach (DeviceNode node in nodes)
        {
            if (node is { Gid: > 0 and { } group, FileMode: { } mode and not UnixFileMode.None }
                && !mode.HasFlag(UnixFileMode.OtherRead | UnixFileMode.OtherWrite))
                (groups ??= []).Add(group);
        }
        return groups is null ? [] : groups;
    }

    private string ContainerPath(string hostPath) =>
        search.Root.DevPath == "/" ? hostPath : hostPath[search.Root.DevPath.Length..];

    // A link to a node is not a node (DS-11). uid and type are never set, a host path equal to the path is left out (DS-131, DS-132).
    private static DeviceNode? FromHost(string hostPath, string path, out string problem)
    {
        bool exists = HostFile.TryStatus(hostPath, followLinks: false, out FileStatus status, out Errno error);
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
