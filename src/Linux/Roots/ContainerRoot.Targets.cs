namespace GpuContainers.Linux.Roots;

/// <summary>Something that was made below a container's root, by the folder's handle and its name there.</summary>
/// <param name="Folder">The folder it was made in.</param>
/// <param name="Name">Its name.</param>
/// <param name="IsDirectory">Whether it is a directory; else it is an empty file or a link.</param>
public sealed record MadeEntry(Descriptor Folder, byte[] Name, bool IsDirectory) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Folder.Dispose();

    /// <summary>Takes it away again, if it is still what was made: an empty directory or a file.</summary>
    public unsafe void Remove()
    {
        fixed (byte* name = Libc.Terminated(Name))
            _ = Libc.UnlinkAt(Folder.Number, name, IsDirectory ? Libc.UnlinkDirectory : 0);
    }
}

/// <content>Targets of mounts, made where they are missing.</content>
public sealed partial class ContainerRoot
{
    /// <summary>
    /// What the path leads to, links followed to the end; what is missing is made: folders, and at the end an empty file or a folder. Every step is
    /// by handle, nothing is made through a link, and nothing is made on a mount that <paramref name="mayWrite"/> refuses.
    /// </summary>
    /// <param name="path">An absolute path of the container.</param>
    /// <param name="isDirectory">Whether a folder belongs there; else a file, or anything else that a file can be mounted on.</param>
    /// <param name="mode">The mode of what is made at the end, less the umask.</param>
    /// <param name="mayWrite">Whether something may be made in a folder.</param>
    /// <param name="made">Gets what was made, in the order of making.</param>
    /// <exception cref="LinuxException">
    /// Something else is there (EISDIR, ENOTDIR), the path leaves the root (EXDEV), a folder may not be written (EPERM), or a part could not be made.
    /// </exception>
    public Descriptor MakeTarget(ContainerPath path, bool isDirectory, UnixFileMode mode, Func<Descriptor, bool> mayWrite, ICollection<MadeEntry> made)
    {
        if (!TryLookup(path, followLast: true, out Descriptor? target, out Errno error) && error == Errno.ENOENT)
        {
            int fd = Walk(path.Bytes, followLast: true, out error, Make);
            target = fd >= 0 ? new Descriptor(fd) : null;
        }
        if (target is null)
            throw new LinuxException(error, isDirectory ? "make folder" : "make file", path.ToString());
        bool isFolder = target.Status().Kind == FileKind.Directory;
        if (isFolder == isDirectory)
            return target;
        target.Dispose();
        throw new LinuxException(isFolder ? Errno.EISDIR : Errno.ENOTDIR, isDirectory ? "make folder" : "make file", path.ToString());

        int Make(int folder, byte[] name, bool isLast, out Errno failure)
        {
            var parent = new Descriptor(OpenChild(folder, "."u8, out failure));
            if (failure == Errno.None && !mayWrite(parent))
                failure = Errno.EPERM;
            if (failure == Errno.None)
                failure = isLast && !isDirectory ? MakeEmptyFile(folder, name, mode) : MakeFolder(folder, name, isLast ? mode : FileModes.PublicFolder);
            if (failure == Errno.None)
                made.Add(new MadeEntry(parent, name, !isLast || isDirectory));
            else
                parent.Dispose();
            // Somebody else was faster: then it is what it is.
            return failure is Errno.None or Errno.EEXIST ? OpenChild(folder, name, out failure) : -1;
        }
    }

    private static unsafe Errno MakeEmptyFile(int folder, byte[] name, UnixFileMode mode)
    {
        int fd;
        fixed (byte* text = Libc.Terminated(name))
            fd = Libc.OpenAt(folder, text, Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow | Libc.CloseOnExec, mode);
        return fd < 0 ? Libc.LastError : Libc.Close(fd) == 0 ? Errno.None : Libc.LastError;
    }

    private static unsafe Errno MakeFolder(int folder, byte[] name, UnixFileMode mode)
    {
        fixed (byte* text = Libc.Terminated(name))
            return Libc.MakeDirectoryAt(folder, text, mode) == 0 ? Errno.None : Libc.LastError;
    }
}
