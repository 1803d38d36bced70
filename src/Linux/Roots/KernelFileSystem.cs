namespace GpuContainers.Linux.Roots;

/// <summary>
/// File systems in which the kernel shows itself: opening or reading a file there can tell what a container must not know, or change something (a read of
/// kmsg takes the log away). No name of an image leads into one (SEC-22).
/// </summary>
internal static class KernelFileSystem
{
    // The file systems that were asked about last: in an overlay folders are on one and most files on another. Of the thread, because tests mount and unmount
    // beside each other.
    [ThreadStatic]
    private static (ulong Last, ulong Before) t_ordinary;

    /// <summary>Whether the handle is on such a file system; what cannot be asked counts as being on one.</summary>
    /// <param name="entry">A handle that was not opened for reading (O_PATH): this is asked before anything is opened.</param>
    /// <param name="device">The device of its file system, as stat(2) tells it.</param>
    internal static bool Holds(Descriptor entry, ulong device)
    {
        if (device == t_ordinary.Last || device == t_ordinary.Before)
            return false;
        if (Holds(entry))
            return true;
        t_ordinary = (device, t_ordinary.Last);
        return false;
    }

    /// <summary>Whether the handle is on such a file system, without a device to know it by.</summary>
    internal static unsafe bool Holds(Descriptor entry)
    {
        Libc.FileSystemStatus status;
        return Libc.FileSystem(entry.Number, &status) != 0 || IsKernels(status.Type);
    }

    /// <summary>Forgets what was asked: file systems may have been unmounted, and others have their devices.</summary>
    internal static void Forget() => t_ordinary = default;

    // linux/magic.h, and the sources of those that are not in it.
    private static bool IsKernels(long type) => (uint)type switch
    {
        0x9fa0 or 0x62656572 or 0x62656570 => true, // proc, sysfs, configfs
        0x27e0eb or 0x63677270 => true, // cgroup, cgroup2
        0x74726163 or 0x64626720 or 0x73636673 => true, // tracefs, debugfs, securityfs
        0x1cd1 or 0x19800202 or 0xcafe4a11 => true, // devpts, mqueue, bpf
        0x6165676c or 0xde5e81e4 => true, // pstore, efivarfs
        0xf97cff8c or 0x43415d53 or 0x5a3c69f0 => true, // selinuxfs, smackfs, apparmorfs
        0x42494e4d or 0x65735543 or 0x6c6f6f70 => true, // binfmt_misc, fusectl, binder
        0x6e736667 or 0x50494446 or 0x09041934 => true, // nsfs, pidfs, anonymous inodes
        0x7655821 or 0x6e667364 or 0x67596969 => true, // resctrl, nfsd, rpc_pipefs
        0xabba1974 or 0x9fa1 or 0x9fa2 => true, // xenfs, openpromfs, usbdevfs
        _ => false,
    };
}
