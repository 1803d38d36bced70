using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Ctk.Devices;

/// <summary>The driver's nodes that exist (CT-164).</summary>
internal static class ExistingNodes
{
    private static readonly string[] s_others = ["nvidia-fs", "nvidia-nvswitch", "nvidia-nvlink"];

    /// <summary>Character devices /dev/nvidia*, then /dev/nvidia-caps/nvidia-*, each in the order of their names' bytes; links do not count.</summary>
    public static IReadOnlyList<CharacterDevice> List(string devRoot) =>
    [
        .. List(LexicalPath.Join(devRoot, "dev"), "nvidia")
            .Where(node => !s_others.Any(other => LexicalPath.Base(node.Path).StartsWith(other, StringComparison.Ordinal))),
        .. List(LexicalPath.Join(devRoot, "dev/nvidia-caps"), "nvidia-"),
    ];

    private static IEnumerable<CharacterDevice> List(string folder, string prefix)
    {
        if (!HostDirectory.TryNames(folder, out IReadOnlyList<string> names, out _))
            yield break;
        foreach (string name in names)
        {
            string path = folder + "/" + name;
            if (name.StartsWith(prefix, StringComparison.Ordinal) && HostFile.TryStatus(path, followLinks: false, out FileStatus status)
                && status.Kind == FileKind.CharacterDevice)
                yield return new CharacterDevice(path, status.Major, status.Minor);
        }
    }
}

/// <summary>A character device of the host.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Major">Its major number.</param>
/// <param name="Minor">Its minor number.</param>
internal sealed record CharacterDevice(string Path, uint Major, uint Minor);
