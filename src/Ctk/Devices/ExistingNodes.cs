using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Ctk.Devices;

/// <summary>The driver's nodes that exist (CT-164).</summary>
internal static class ExistingNodes
{
    private static readonly string[] s_others = ["nvidia-fs", "nvidia-nvswitch", "nvidia-nvlink"];

    /// <summary>Character devices /dev/nvidia*, then /dev/nvidia-caps/nvidia-*, each in the order of their names' bytes; links do not count.</summary>
    public static IReadOnlyList<HostNode> List(string devRoot) =>
    [
        .. List(LexicalPath.Join(devRoot, "dev"), "nvidia")
            .Where(node => !s_others.Any(other => LexicalPath.Base(node.Path).StartsWith(other, StringComparison.Ordinal))),
        .. List(LexicalPath.Join(devRoot, "dev/nvidia-caps"), "nvidia-"),
    ];

    private static IEnumerable<HostNode> List(string folder, string prefix)
    {
        if (!HostDirectory.TryNames(folder, out IReadOnlyList<string> names, out _))
            yield break;
        foreach (string name in names)
        {
            string path = folder + "/" + name;
            if (name.StartsWith(prefix, StringComparison.Ordinal) && HostFile.TryStatus(path, followLinks: false, out FileStatus status)
                && status.Kind == FileKind.CharacterDevice)
                yield return new HostNode(path, status.Major, status.Minor);
        }
    }
}
