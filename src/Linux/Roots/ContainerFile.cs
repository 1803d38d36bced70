namespace GpuContainers.Linux.Roots;

/// <summary>Files below a container's root, by the handle of a lookup.</summary>
public static class ContainerFile
{
    /// <summary>Opens a regular file for reading, through the handle; anything else is not opened, nor is a file of the kernel's own.</summary>
    /// <param name="entry">The handle of a lookup.</param>
    /// <param name="status">What the handle stands for, as the caller already asked.</param>
    /// <param name="file">The open file; null when false is returned.</param>
    /// <param name="error">
    /// Why not; EISDIR for a directory, ENXIO for a pipe, socket or device, EMEDIUMTYPE for a file on procfs, sysfs and their kin.
    /// </param>
    public static bool TryOpen(Descriptor entry, in FileStatus status, out Descriptor? file, out Errno error)
    {
        file = null;
        error = status.Kind switch
        {
            FileKind.Regular when KernelFileSystem.Holds(entry, status.Device) => Errno.EMEDIUMTYPE,
            FileKind.Regular => Errno.None,
            FileKind.Directory => Errno.EISDIR,
            _ => Errno.ENXIO,
        };
        return error == Errno.None && TryOpenFile(entry, out file, out error);
    }

    private static unsafe bool TryOpenFile(Descriptor entry, out Descriptor? file, out Errno error)
    {
        file = null;
        byte* path = stackalloc byte[32];
        _ = Libc.WriteDescriptorPath(new Span<byte>(path, 32), entry.Number);
        int fd = Libc.OpenAt(Libc.WorkingDirectory, path, Libc.ReadOnly | Libc.NonBlocking | Libc.NoControllingTerminal | Libc.CloseOnExec, 0);
        error = fd < 0 ? Libc.LastError : Errno.None;
        if (fd >= 0)
            file = new Descriptor(fd);
        return fd >= 0;
    }

    /// <summary>Reads a regular file whole.</summary>
    /// <param name="entry">The handle of a lookup.</param>
    /// <param name="limit">The most bytes it may have (else EFBIG).</param>
    /// <param name="bytes">The content; empty when false is returned.</param>
    /// <param name="error">Why not.</param>
    public static bool TryRead(Descriptor entry, long limit, out byte[] bytes, out Errno error) => TryRead(entry, entry.Status(), limit, out bytes, out error);

    /// <summary>Reads a regular file whole.</summary>
    /// <param name="entry">The handle of a lookup.</param>
    /// <param name="status">What the handle stands for, as the caller already asked.</param>
    /// <param name="limit">The most bytes it may have (else EFBIG).</param>
    /// <param name="bytes">The content; empty when false is returned.</param>
    /// <param name="error">Why not.</param>
    public static bool TryRead(Descriptor entry, in FileStatus status, long limit, out byte[] bytes, out Errno error)
    {
        bytes = [];
        if (!TryOpen(entry, status, out Descriptor? file, out error))
            return false;
        using (file)
            error = status.Size > limit ? Errno.EFBIG : file!.ReadToEnd(limit, status.Size, out bytes);
        return error == Errno.None;
    }

    /// <summary>Reads a file that the program itself names, and that is one of the kernel's own.</summary>
    /// <param name="entry">The handle of a regular file.</param>
    /// <param name="limit">The most bytes it may have (else EFBIG).</param>
    /// <param name="bytes">The content; empty when false is returned.</param>
    /// <param name="error">Why not.</param>
    public static bool TryReadOfKernel(Descriptor entry, long limit, out byte[] bytes, out Errno error)
    {
        bytes = [];
        if (!TryOpenFile(entry, out Descriptor? file, out error))
            return false;
        using (file)
            error = file!.ReadToEnd(limit, 0, out bytes);
        return error == Errno.None;
    }

    /// <summary>Sets the permission bits of what the handle stands for.</summary>
    /// <returns>None, or why not.</returns>
    public static unsafe Errno ChangeMode(Descriptor entry, UnixFileMode mode)
    {
        byte* path = stackalloc byte[32];
        _ = Libc.WriteDescriptorPath(new Span<byte>(path, 32), entry.Number);
        return Libc.ChangeModeOf(path, mode) == 0 ? Errno.None : Libc.LastError;
    }
}
