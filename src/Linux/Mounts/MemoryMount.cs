namespace GpuContainers.Linux.Mounts;

/// <summary>A new, empty file system in memory, on a folder of a container.</summary>
public static class MemoryMount
{
    private const int CloseOnExec = 1;
    private const int SetText = 1;
    private const int CreateFileSystem = 6;

    /// <summary>Mounts it: no devices, no set-id programs, no execution.</summary>
    /// <param name="target">The folder.</param>
    /// <param name="mode">The mode of its own root.</param>
    /// <param name="again">Looks the folder up once more, where the kernel tells no other way what is mounted on it.</param>
    /// <param name="withMountCalls">False to do without the calls of newer kernels.</param>
    /// <returns>A handle of its root.</returns>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static Descriptor AttachTo(Descriptor target, UnixFileMode mode, Func<Descriptor> again, bool withMountCalls = true)
    {
        string octal = Convert.ToString((int)mode, 8);
        if (withMountCalls && TryMake(octal) is { } mount)
        {
            try
            {
                PreparedMount.Move(mount, target);
                return mount;
            }
            catch (LinuxException)
            {
                mount.Dispose();
                throw;
            }
        }
        HandleMounts.MountMemory(target, "mode=0" + octal);
        return again();
    }

    // Null where the calls are missing.
    private static unsafe Descriptor? TryMake(string mode)
    {
        fixed (byte* type = "tmpfs\0"u8, key = "mode\0"u8, value = Libc.Terminated(mode))
        {
            nint opened = Libc.SystemCall(Libc.CallFsOpen, (nint)type, CloseOnExec, 0, 0, 0);
            if (opened < 0)
                return null;
            using var context = new Descriptor((int)opened);
            if (Libc.SystemCall(Libc.CallFsConfig, context.Number, SetText, (nint)key, (nint)value, 0) < 0
                || Libc.SystemCall(Libc.CallFsConfig, context.Number, CreateFileSystem, 0, 0, 0) < 0)
                return null;
            nint attributes = (nint)(Libc.MountNoSetId | Libc.MountNoDevices | Libc.MountNoExecution);
            nint mount = Libc.SystemCall(Libc.CallFsMount, context.Number, CloseOnExec, attributes, 0, 0);
            return mount < 0 ? null : new Descriptor((int)mount);
        }
    }
}
