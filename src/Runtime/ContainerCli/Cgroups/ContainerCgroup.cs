using GpuContainers.Linux.Mounts;

namespace GpuContainers.Runtime.ContainerCli.Cgroups;

/// <summary>The group that decides about a container's devices (CL-116 to CL-119).</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="Path">The group's folder.</param>
internal sealed record ContainerCgroup(int Version, string Path)
{
    private const long Limit = 1 << 20;

    /// <summary>Whether systemd manages the group, and will write the device rules again by its own list (CG-3, CG-10).</summary>
    internal bool IsOfSystemd => Path.EndsWith(".scope", StringComparison.Ordinal) || Path.Contains(".slice/", StringComparison.Ordinal);

    /// <summary>Finds the group.</summary>
    /// <param name="groups">/proc/PID/cgroup of the container.</param>
    /// <param name="mounts">/proc/PID/mountinfo of the runtime.</param>
    /// <param name="prefix">What stands before the group's path: the container's root where the program runs inside the container, else nothing.</param>
    /// <exception cref="CliException">The container is in no group of devices, or its hierarchy is mounted nowhere.</exception>
    internal static ContainerCgroup Find(string groups, string mounts, string prefix)
    {
        (int version, string path) = GroupIn(groups);
        MountEntry mount = MountOf(version, mounts);
        if (mount.Root.StartsWith("/..", StringComparison.Ordinal))
            throw Failure($"cgroup hierarchy outside of the namespace: {mount.Root}");
        string inside = mount.Root != "/" && path.StartsWith(mount.Root, StringComparison.Ordinal) ? path[mount.Root.Length..] : path;
        return new ContainerCgroup(version, LexicalPath.Join(prefix + mount.MountPoint, inside));
    }

    // Hybrid systems use version 1 (CL-116).
    private static (int Version, string Path) GroupIn(string file)
    {
        if (!HostFile.TryReadAll(file, Limit, out byte[] bytes, out Errno error))
            throw CliException.From(CliError.Container, "open failed", file, error);
        var groups = new ProcessCgroups(bytes);
        return groups.Find("devices") is { } devices ? (1, devices) : (2, groups.Unified ?? throw Failure($"no cgroup of devices in {file}"));
    }

    private static MountEntry MountOf(int version, string mounts)
    {
        try
        {
            foreach (MountEntry mount in MountTable.Read(mounts, type => type == (version == 1 ? "cgroup" : "cgroup2")))
            {
                if (version == 2 || LexicalPath.Base(mount.MountPoint) == "devices")
                    return mount;
            }
        }
        catch (LinuxException error)
        {
            throw CliException.From(CliError.Container, "open failed", mounts, error.Errno);
        }
        throw Failure($"no cgroup version {version} mount in {mounts}");
    }

    private static CliException Failure(string what) =>
        new(CliError.Container, "cgroup subsystem devices not found: " + what, "with --no-cgroups (nvidia-container-cli.no-cgroups) no device rules are set");
}
