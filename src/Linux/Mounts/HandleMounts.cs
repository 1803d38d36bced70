using GpuContainers.Linux.Files;
using GpuContainers.Linux.SystemCalls;

namespace GpuContainers.Linux.Mounts;

/// <summary>Mounts by the calls of old kernels, whose paths are made to mean handles.</summary>
public static class HandleMounts
{
    /// <summary>Mounts a new tmpfs on a directory: no devices, no set-id programs, no execution, mode 0755.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static unsafe void MountMemory(Descriptor directory, int size)
    {
        byte* target = stackalloc byte[32];
        _ = Libc.WriteDescriptorPath(new Span<byte>(target, 32), directory.Number);
        fixed (byte* type = "tmpfs\0"u8)
        fixed (byte* options = Libc.Terminated($"mode=0755,size={size}"))
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
    public static unsafe void MakeReadOnly(Descriptor mounted)
    {
        byte* target = stackalloc byte[32];
        _ = Libc.WriteDescriptorPath(new Span<byte>(target, 32), mounted.Number);
        nuint flags = Libc.MountRemount | Libc.MountBind | Libc.MountReadOnly | Libc.MountNoSetId | Libc.MountNoDevices | Libc.MountNoExecution;
        Require(Libc.Mount(null, target, null, flags, null), "remount read-only");
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
