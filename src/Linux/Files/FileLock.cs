namespace GpuContainers.Linux.Files;

/// <summary>An exclusive lock on a file or directory (flock(2)), held until it is disposed of or the process ends, however it ends.</summary>
public sealed class FileLock : IDisposable
{
    private readonly Descriptor _file;

    private FileLock(Descriptor file) => _file = file;

    /// <summary>Locks a regular file, which is made if it is missing; its content stays. Does not wait.</summary>
    /// <param name="path">The file; a symbolic link of its name is not followed (ELOOP).</param>
    /// <param name="mode">The mode of a new file, less the umask.</param>
    /// <exception cref="LinuxException">It cannot be opened, or somebody else holds the lock (EAGAIN).</exception>
    public static FileLock ForFile(string path, UnixFileMode mode)
    {
        while (true)
        {
            // What is written there later must reach no other file and no device (IN-135).
            FileLock taken = Take(HostFile.Open(path, Libc.ReadWrite | Libc.Create | Libc.NoFollow | Libc.NonBlocking, mode), path);
            FileStatus locked = taken._file.Status();
            if (locked.Kind != FileKind.Regular)
            {
                taken.Dispose();
                throw new LinuxException(Errno.ENXIO, "open", path);
            }
            // Whoever held it before may have removed the file between our opening and our locking: then it is a lock on nothing.
            if (HostFile.TryStatus(path, followLinks: false, out FileStatus status) && status.IsSameFile(locked))
                return taken;
            taken.Dispose();
        }
    }

    /// <summary>Locks a directory, so that no file is left behind. Does not wait.</summary>
    /// <exception cref="LinuxException">It cannot be opened, somebody else holds the lock (EAGAIN), or its file system knows no locks.</exception>
    public static FileLock ForDirectory(string path) => Take(HostFile.Open(path, Libc.ReadOnly | Libc.Directory, 0), path);

    /// <summary>Locks a directory as the other method does, but waits for whoever holds the lock.</summary>
    /// <exception cref="LinuxException">It cannot be opened, or its file system knows no locks.</exception>
    public static FileLock AwaitDirectory(string path) => Take(HostFile.Open(path, Libc.ReadOnly | Libc.Directory, 0), path, Libc.LockExclusive);

    /// <summary>Gives the locked file this content.</summary>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public void Write(ReadOnlySpan<byte> content, string path)
    {
        if (Libc.TruncateTo(_file.Number, 0) != 0)
            throw new LinuxException(Libc.LastError, "truncate", path);
        _file.Write(content, path);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileLock Take(Descriptor file, string path, int operation = Libc.LockExclusive | Libc.LockNonBlocking)
    {
        while (Libc.Lock(file.Number, operation) != 0)
        {
            Errno error = Libc.LastError;
            if (error == Errno.EINTR)
                continue;
            file.Dispose();
            throw new LinuxException(error, "lock", path);
        }
        return new FileLock(file);
    }
}
