using GpuContainers.Linux.Mounts;

namespace GpuContainers.Runtime.Hooks.Limits;

/// <summary>The cgroup of a container in the cgroup2 file system, as this process sees it.</summary>
internal static class LimitedCgroup
{
    private const string UsualPlace = "/sys/fs/cgroup";
    private const string FileSystem = "cgroup2";
    private const long FileSystemMagic = 0x63677270;
    private const long ListLimit = 1 << 20;

    /// <summary>The folder of the cgroup that a process is in.</summary>
    /// <exception cref="HookException">There is no cgroup v2, or the process is not in one that may be limited.</exception>
    internal static string Find(long process)
    {
        string root = Root() ?? throw Unusable("this host has no cgroup v2; start it with systemd.unified_cgroup_hierarchy=1 on the kernel command line");
        string path = new ProcessCgroups(HostFile.ReadAll($"/proc/{process}/cgroup", ListLimit)).Unified
            ?? throw Unusable($"the container's process {process} is not in a cgroup v2; let the container engine use cgroup v2");
        // A limit for the root is one for the host; a path with ".." lies outside of what this process may see (HK-140).
        if (path == "/" || path.Contains("/..", StringComparison.Ordinal))
        {
            throw Unusable(
                $"the container's process {process} is in the cgroup {path}, which is not its own; give it one (linux.cgroupsPath), and let the container " +
                "engine use cgroup v2");
        }
        string folder = root + path;
        return IsCgroup(folder) ? folder : throw Unusable($"{folder} is not a folder of a cgroup2 file system; mount it where the container engine does");
    }

    // On a hybrid host the usual place holds the folders of cgroup v1, and cgroup v2 lies elsewhere.
    private static string? Root()
    {
        if (IsCgroup(UsualPlace))
            return UsualPlace;
        foreach (MountEntry mount in MountTable.Read("/proc/self/mountinfo", static type => type == FileSystem))
        {
            if (mount.Root == "/" && IsCgroup(mount.MountPoint))
                return mount.MountPoint;
        }
        return null;
    }

    private static bool IsCgroup(string folder) =>
        HostFile.IsDirectory(folder) && HostFile.FileSystemOf(folder) == FileSystemMagic;

    private static HookException Unusable(string message) => new(message);
}
