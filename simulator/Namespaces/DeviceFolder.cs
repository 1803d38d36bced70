using GpuContainers.Linux.Files;

namespace GpuContainers.Simulator.Namespaces;

/// <summary>The /dev of the simulated host: this machine's nodes without those of a GPU, terminals shared, memory files its own.</summary>
internal static class DeviceFolder
{
    private const uint CharacterDevice = 0x2000, BlockDevice = 0x6000;
    private static readonly string[] SharedMounts = ["pts", "mqueue", "hugepages"];

    /// <summary>Makes it at that path, which exists.</summary>
    internal static void Make(string path)
    {
        Mounts.Tmpfs(path, "mode=755");
        foreach (string name in HostDirectory.Names("/dev"))
        {
            if (!BelongsToGpu(name) && HostFile.TryStatus("/dev/" + name, followLinks: false, out FileStatus status))
                Copy("/dev/" + name, path + "/" + name, status);
        }
        HostDirectory.Create(path + "/shm", FileModes.All);
        Mounts.Tmpfs(path + "/shm", "mode=1777");
        foreach (string name in SharedMounts)
        {
            if (HostFile.IsDirectory("/dev/" + name))
            {
                HostDirectory.Create($"{path}/{name}", FileModes.PublicFolder);
                Mounts.Bind("/dev/" + name, $"{path}/{name}", recursive: true);
            }
        }
    }

    private static bool BelongsToGpu(string name) => name is "dri" or "dxg" or "gdrdrv" || name.StartsWith("nvidia", StringComparison.Ordinal);

    private static void Copy(string from, string to, in FileStatus status)
    {
        switch (status.Kind)
        {
            case FileKind.Link:
                File.CreateSymbolicLink(to, HostFile.ReadLink(from)!);
                break;
            case FileKind.CharacterDevice:
                Mounts.MakeNode(to, CharacterDevice, status.Mode, status.Major, status.Minor);
                break;
            case FileKind.BlockDevice:
                Mounts.MakeNode(to, BlockDevice, status.Mode, status.Major, status.Minor);
                break;
            case FileKind.Directory when from is "/dev/net" or "/dev/mapper" or "/dev/fuse" or "/dev/snd":
                HostDirectory.Create(to, status.Mode);
                foreach (string name in HostDirectory.Names(from))
                {
                    if (HostFile.TryStatus($"{from}/{name}", followLinks: false, out FileStatus inner))
                        Copy($"{from}/{name}", $"{to}/{name}", inner);
                }
                break;
            default:
                // Other directories hold other names of the same nodes, or mounts that are shared below.
                break;
        }
    }
}
