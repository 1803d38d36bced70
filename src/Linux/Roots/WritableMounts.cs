using GpuContainers.Linux.Mounts;

namespace GpuContainers.Linux.Roots;

/// <summary>
/// Where something may be made for a container: on the mount of its root, and in file systems in memory that were made for this container alone,
/// such as its /dev. Volumes, and what else comes from the host, are nobody's to change.
/// </summary>
public sealed class WritableMounts
{
    private const long MemoryFileSystem = 0x01021994;

    private readonly ContainerRoot _root;
    private readonly IReadOnlySet<string> _hostMemory;

    /// <summary>Prepares the decision.</summary>
    /// <param name="root">The container.</param>
    /// <param name="hostMemory">As <see cref="HostMemory"/> gives it.</param>
    public WritableMounts(ContainerRoot root, IReadOnlySet<string> hostMemory)
    {
        _root = root;
        _hostMemory = hostMemory;
    }

    /// <summary>The file systems in memory that this process sees outside of the container; call it before entering the container's namespace.</summary>
    /// <param name="containerRoot">The container's root, whose own mounts this process may see too.</param>
    /// <exception cref="LinuxException">The mount table cannot be read.</exception>
    public static IReadOnlySet<string> HostMemory(string containerRoot)
    {
        var devices = new HashSet<string>();
        foreach (MountEntry mount in MountTable.Read("/proc/self/mountinfo", static type => type is "tmpfs" or "devtmpfs"))
        {
            if (!mount.MountPoint.StartsWith(containerRoot + "/", StringComparison.Ordinal))
                devices.Add(mount.Device);
        }
        return devices;
    }

    /// <summary>Whether something may be made in a folder.</summary>
    public bool Allows(Descriptor folder) => _root.IsOnOwnMount(folder) || IsOwnMemory(folder);

    private unsafe bool IsOwnMemory(Descriptor folder)
    {
        Libc.FileSystemStatus status;
        if (Libc.FileSystem(folder.Number, &status) != 0 || status.Type != MemoryFileSystem)
            return false;
        ulong device = folder.Status().Device;
        return !_hostMemory.Contains(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{device >> 32}:{device & uint.MaxValue}"));
    }
}
