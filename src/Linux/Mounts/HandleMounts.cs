namespace GpuContainers.Linux.Mounts;

/// <summary>Mounts by the calls of old kernels, whose paths are made to mean handles.</summary>
public static class HandleMounts
{
    /// <summary>Mounts a new tmpfs on a directory: no devices, no set-id programs, no execution, mode 0755.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void MountMemory(Descriptor directory, int size) => MountMemory(directory, $"mode=0755,size={size}");

    internal static unsafe void MountMemory(Descriptor directory, string settings)
    {
        byte* target = stackalloc byte[32];
        _ = Libc.WriteDescriptorPath(new Span<byte>(target, 32), directory.Number);
        fixed (byte* type = "tmpfs\0"u8)
        fixed (byte* options = Libc.Terminated(settings))
            Require(Libc.Mount(type, target, type, Libc.MountNoSetId | Libc.MountNoDevices | Libc.MountNoExecution, options), "mount tmpfs");
    }

    /// <summary>Mounts a file onto another one.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static unsafe void Bind(Descriptor source, Descriptor target)
    {
        byte* from = stackalloc byte[32];
        byte* onto = stackalloc byte[32];
        _ = Libc.WriteDescriptorPath(new Span<byte>(from, 32), source.Number);
        _ = Libc.WriteDescriptorPath(new Span<byte>(onto, 32), target.Number);
        Require(Libc.Mount(from, onto, null, Libc.MountBind, null), "bind mount");
    }

    /// <summary>Makes the mount that the handle is on read-only, which the call that binds cannot.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static void MakeReadOnly(Descriptor mounted) =>
        Remount(mounted, Libc.MountReadOnly | Libc.MountNoSetId | Libc.MountNoDevices | Libc.MountNoExecution);

    /// <summary>Adds flags to the mount that the handle is on; those that it has stay, because in a user namespace they are locked (NL-15).</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    internal static unsafe void Restrict(Descriptor mounted, MountFlags flags)
    {
        Libc.FileSystemStatus status;
        Require(Libc.FileSystem(mounted.Number, &status), "statfs");
        // The first four flags of statfs(2) are those of mount(2); of the times, noatime, nodiratime and relatime have their own places.
        nuint present = (nuint)status.Flags;
        nuint times = ((present & 0x400) != 0 ? 0x400u : 0) | ((present & 0x800) != 0 ? 0x800u : 0) | ((present & 0x1000) != 0 ? 0x200000u : 0);
        Remount(mounted, (nuint)flags | (present & 0xf) | times);
    }

    private static unsafe void Remount(Descriptor mounted, nuint flags)
    {
        byte* target = stackalloc byte[32];
        _ = Libc.WriteDescriptorPath(new Span<byte>(target, 32), mounted.Number);
        Require(Libc.Mount(null, target, null, Libc.MountRemount | Libc.MountBind | flags, null), "remount read-only");
    }

    /// <summary>Takes the topmost mount of a directory or file away, at the latest when nobody uses it any more.</summary>
    /// <returns>None, or why not.</returns>
    public static unsafe Errno Detach(Descriptor mounted)
    {
        byte* target = stackalloc byte[32];
        _ = Libc.WriteDescriptorPath(new Span<byte>(target, 32), mounted.Number);
        return Libc.Unmount(target, Libc.UnmountDetach) == 0 ? Errno.None : Libc.LastError;
    }

    private static void Require(int result, string operation)
    {
        if (result != 0)
            throw new LinuxException(Libc.LastError, operation, "");
    }
}

/// <summary>What is not possible through a mount; the bits of mount(2) and of mount_setattr(2), which are the same.</summary>
[Flags]
public enum MountFlags
{
    /// <summary>Everything is possible.</summary>
    None = 0,

    /// <summary>Nothing can be written.</summary>
    ReadOnly = 1,

    /// <summary>Set-id bits do not count.</summary>
    NoSetId = 2,

    /// <summary>Device nodes cannot be opened.</summary>
    NoDevices = 4,

    /// <summary>No program can be executed.</summary>
    NoExecution = 8,
}
