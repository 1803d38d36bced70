using GpuContainers.Linux.Mounts;

namespace GpuContainers.Linux.Roots;

/// <content>
/// Mounts below the root. What the image's names lead to may be a volume, or the host's: only the root's own mount, and the /dev that the engine made for
/// this container, are written.
/// </content>
public sealed partial class ContainerRoot
{
    private const long MemoryFileSystem = 0x01021994;

    private static readonly ContainerPath s_devices = ContainerPath.From("/dev"u8);

    // The root itself where this one is a writable copy of it: the table of mounts does not know the copy's (HK-41).
    private readonly ContainerRoot? _original;
    private ulong? _ownDevices;

    /// <summary>Whether the handle was reached without crossing into another mount, such as a volume.</summary>
    public bool IsOnOwnMount(Descriptor entry) => MountOf(entry) == _mount;

    /// <summary>
    /// Whether something may be made or changed there: on the root's own mount, or in a /dev that the engine made in memory for this container.
    /// </summary>
    /// <param name="entry">The folder in which something is made, or the file that is changed.</param>
    public bool MayWrite(Descriptor entry) => MayWrite(MountOf(entry));

    internal bool MayWrite(ulong mount) => mount == _mount || mount == (_ownDevices ??= OwnDevices() ?? _mount);

    /// <summary>The number of the mount through which a handle was reached.</summary>
    /// <param name="entry">The handle.</param>
    public static ulong MountOf(Descriptor entry) => MountOf(entry, entry.Status());

    /// <summary>As <see cref="MountOf(Descriptor)"/>, with what the handle stands for, as the caller already asked.</summary>
    public static ulong MountOf(Descriptor entry, in FileStatus status)
    {
        if (status.MountId != 0)
            return status.MountId;
        // Kernels before 5.8 tell the mount's number only in procfs.
        string text = HostFile.TryReadAll($"/proc/self/fdinfo/{entry.Number}", 4096, out byte[] bytes, out _) ? Encoding.ASCII.GetString(bytes) : "";
        int at = text.IndexOf("mnt_id:\t", StringComparison.Ordinal);
        int end = at < 0 ? -1 : text.IndexOf('\n', at);
        return end > 0 && ulong.TryParse(text.AsSpan(at + 8, end - at - 8), out ulong number) ? number : status.Device;
    }

    // The mount's number, or null: it must be a tmpfs as a whole, mounted here only, and not the one that the host has at /dev or /dev/shm.
    private ulong? OwnDevices()
    {
        if (!TryLookup(s_devices, followLast: true, out Descriptor? devices, out _))
            return null;
        using (devices)
        {
            FileStatus status = devices!.Status();
            bool isOwn = MountOf(devices, status) != _mount && IsMemory(devices) && !IsDeviceOf("/dev", status.Device) && !IsDeviceOf("/dev/shm", status.Device)
                && (_original ?? this).IsMadeForContainer(status.Device);
            return isOwn ? MountOf(devices, status) : null;
        }
    }

    private static unsafe bool IsMemory(Descriptor folder)
    {
        Libc.FileSystemStatus status;
        return Libc.FileSystem(folder.Number, &status) == 0 && status.Type == MemoryFileSystem;
    }

    private static bool IsDeviceOf(string hostPath, ulong device) =>
        HostFile.TryStatus(hostPath, followLinks: true, out FileStatus status, out _) && status.Device == device;

    // A folder of a file system, as a volume may be, has another root in the table than "/"; a volume that is a file system as a whole is mounted
    // elsewhere too, where the engine took it from. The /dev that an engine makes is mounted once (HK-148).
    private bool IsMadeForContainer(ulong device)
    {
        if (!TryLookup(s_devices, followLast: true, out Descriptor? devices, out _))
            return false;
        using (devices)
        {
            FileStatus status = devices!.Status();
            return status.Device == device && FileSystemMounts.IsOnlyMount(MountOf(devices, status), device);
        }
    }

    private const int CloneTree = 1;
    private const int Recursive = 0x8000;

    /// <summary>
    /// A root to write through. If the root is on a read-only mount: a detached copy of its mounts, the topmost of them writable; the container's own
    /// mount stays read-only, and no namespace sees the copy. Where the kernel refuses, this root itself: writing then fails with EROFS, as it must.
    /// </summary>
    public ContainerRoot ForWriting()
    {
        if (!IsReadOnlyMount() || CloneWritable() is not { } clone)
            return this;
        return new ContainerRoot(clone, clone.Status(), _walks, _refusesEscapes, original: this);
    }

    private unsafe bool IsReadOnlyMount()
    {
        Libc.FileSystemStatus status;
        return Libc.FileSystem(_root.Number, &status) == 0 && (status.Flags & 1) != 0;
    }

    private unsafe Descriptor? CloneWritable()
    {
        byte empty = 0;
        nint fd = Libc.SystemCall(Libc.CallOpenTree, _root.Number, (nint)(&empty), CloneTree | Recursive | Libc.EmptyPath | Libc.CloseOnExec, 0, 0);
        if (fd < 0)
            return null;
        var clone = new Descriptor((int)fd);
        var attributes = new Libc.MountAttributes { Clear = Libc.MountReadOnly };
        nint result = Libc.SystemCall(
            Libc.CallMountSetAttributes, clone.Number, (nint)(&empty), Libc.EmptyPath, (nint)(&attributes), sizeof(Libc.MountAttributes));
        if (result == 0)
            return clone;
        clone.Dispose();
        return null;
    }
}

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
