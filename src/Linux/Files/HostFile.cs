namespace GpuContainers.Linux.Files;

/// <summary>Files of the host, by path. Never for what lies below a container's root: that is <c>ContainerRoot</c>'s.</summary>
public static class HostFile
{
    // A path is at most 4096 bytes long (PATH_MAX); links are much shorter, and a large buffer costs pages of the stack.
    private const int ShortLink = 256;
    private const int LongestPath = 4096;

    /// <summary>The whole content of a regular file, those of procfs and sysfs included; whatever else stands there is not read and never waited for.</summary>
    /// <param name="path">The file; links are followed.</param>
    /// <param name="limit">The most bytes it may have.</param>
    /// <exception cref="LinuxException">It cannot be opened (the message reads "open PATH: no such file or directory") or read, is longer (EFBIG), a
    /// directory (EISDIR) or anything else that is not a regular file (ENXIO).</exception>
    public static byte[] ReadAll(string path, long limit)
    {
        using Descriptor file = Open(path, Libc.ReadOnly | Libc.NonBlocking, 0);
        Errno error = ReadRegular(file, limit, out byte[] bytes);
        return error == Errno.None ? bytes : throw new LinuxException(error, "read", path);
    }

    /// <summary>As <see cref="ReadAll"/>, but false with the error number instead of an exception.</summary>
    public static bool TryReadAll(string path, long limit, out byte[] bytes, out Errno error)
    {
        bytes = [];
        if (!TryOpen(path, Libc.ReadOnly | Libc.NonBlocking, 0, out Descriptor? file, out error))
            return false;
        using (file)
            error = ReadRegular(file!, limit, out bytes);
        return error == Errno.None;
    }

    /// <summary>Opens a file for reading; never waits for a writer of a pipe.</summary>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public static Descriptor OpenRead(string path) => Open(path, Libc.ReadOnly | Libc.NonBlocking, 0);

    /// <summary>As <see cref="OpenRead"/>; false when that is not possible.</summary>
    public static bool TryOpenRead(string path, out Descriptor? file) => TryOpen(path, Libc.ReadOnly | Libc.NonBlocking, 0, out file, out _);

    /// <summary>
    /// Opens what a log can be written to, links of root and of the caller followed: a regular file, made with the given mode (less the umask) if it is
    /// missing, a character device, or a pipe that has a reader. Writes to it do not wait.
    /// </summary>
    /// <exception cref="LinuxException">It cannot be opened or made, or a third user's link leads to it; ENXIO when it is something else.</exception>
    public static Descriptor OpenLog(string path, UnixFileMode mode)
    {
        TrustedPath.RequireOwnLinks(path);
        Descriptor file = Open(path, Libc.WriteOnly | Libc.Append | Libc.Create | Libc.NonBlocking, mode);
        bool isKnown = FileStatus.TryRead(file.Number, [0], Libc.EmptyPath, out FileStatus status, out _);
        if (isKnown && status.Kind is FileKind.Regular or FileKind.CharacterDevice or FileKind.Pipe)
            return file;
        file.Dispose();
        throw new LinuxException(Errno.ENXIO, "open", path);
    }

    /// <summary>What the path stands for; false with the error number when the kernel cannot tell.</summary>
    public static bool TryStatus(string path, bool followLinks, out FileStatus status, out Errno error) =>
        FileStatus.TryRead(Libc.WorkingDirectory, Libc.Terminated(path), followLinks ? 0 : Libc.LinkNoFollow, out status, out error);

    /// <summary>What the path stands for; false when it is missing or the kernel cannot tell.</summary>
    public static bool TryStatus(string path, bool followLinks, out FileStatus status) => TryStatus(path, followLinks, out status, out _);

    /// <summary>What the path stands for, links followed.</summary>
    /// <exception cref="LinuxException">It is missing, or the kernel cannot tell.</exception>
    public static FileStatus Status(string path) =>
        TryStatus(path, true, out FileStatus status, out Errno error) ? status : throw new LinuxException(error, "stat", path);

    /// <summary>Whether the path exists and, links followed, is a directory.</summary>
    public static bool IsDirectory(string path) => TryStatus(path, true, out FileStatus status) && status.Kind == FileKind.Directory;

    /// <summary>Whether the path exists, links followed, and is not a directory.</summary>
    public static bool IsFile(string path) => TryStatus(path, true, out FileStatus status) && status.Kind != FileKind.Directory;

    /// <summary>Whether the path, links followed, is the device that holds nothing (/dev/null).</summary>
    public static bool IsNullDevice(string path) =>
        TryStatus(path, true, out FileStatus status) && status is { Kind: FileKind.CharacterDevice, Major: 1, Minor: 3 };

    /// <summary>Whether the path is where something is mounted; false when the kernel (before 5.8) does not say.</summary>
    public static bool IsMountPoint(string path) => TryStatus(path, true, out FileStatus status) && status.IsMountPoint;

    /// <summary>Writes a line to a file of the kernel, in one write; the file must exist.</summary>
    /// <exception cref="LinuxException">It cannot be opened, or the kernel does not take the line.</exception>
    public static void WriteControl(string path, string line) => WriteControl(path, Encoding.ASCII.GetBytes(line));

    /// <summary>Writes bytes to what is there under that name: a file of the kernel, a pipe, a terminal.</summary>
    /// <exception cref="LinuxException">It cannot be opened, or does not take the bytes.</exception>
    public static void WriteControl(string path, ReadOnlySpan<byte> bytes)
    {
        using Descriptor file = Open(path, Libc.WriteOnly, 0);
        file.Write(bytes, path);
    }

    /// <summary>The number of the file system's type on which a path lies (statfs(2)); 0 when it is missing or cannot be opened.</summary>
    public static unsafe long FileSystemOf(string path)
    {
        if (!TryOpen(path, Libc.PathOnly, 0, out Descriptor? handle, out _))
            return 0;
        Libc.FileSystemStatus status;
        using (handle)
            return Libc.FileSystem(handle!.Number, &status) == 0 ? status.Type : 0;
    }

    /// <summary>The text a symbolic link holds; null when the path is not a link or cannot be read.</summary>
    public static unsafe string? ReadLink(string path)
    {
        byte* buffer = stackalloc byte[ShortLink];
        fixed (byte* name = Libc.Terminated(path))
        {
            nint length = Libc.ReadLinkAt(Libc.WorkingDirectory, name, buffer, ShortLink);
            return length < 0 ? null : length < ShortLink ? Encoding.UTF8.GetString(buffer, (int)length) : ReadLongLink(name);
        }
    }

    private static unsafe string? ReadLongLink(byte* name)
    {
        byte* buffer = stackalloc byte[LongestPath];
        nint length = Libc.ReadLinkAt(Libc.WorkingDirectory, name, buffer, LongestPath);
        return length < 0 ? null : Encoding.UTF8.GetString(buffer, (int)length);
    }

    /// <summary>Deletes a file or link.</summary>
    /// <returns>None, or why it could not be deleted (ENOENT when there was none).</returns>
    public static unsafe Errno Delete(string path)
    {
        fixed (byte* name = Libc.Terminated(path))
            return Libc.UnlinkAt(Libc.WorkingDirectory, name, 0) == 0 ? Errno.None : Libc.LastError;
    }

    /// <summary>Gives a file or link another name, in place of what has that name.</summary>
    /// <exception cref="LinuxException">It cannot be renamed.</exception>
    public static void Rename(string from, string to)
    {
        Errno error = TryRename(from, to);
        if (error != Errno.None)
            throw new LinuxException(error, "rename", to);
    }

    internal static unsafe Errno TryRename(string from, string to)
    {
        fixed (byte* source = Libc.Terminated(from), target = Libc.Terminated(to))
            return Libc.RenameAt(Libc.WorkingDirectory, source, Libc.WorkingDirectory, target) == 0 ? Errno.None : Libc.LastError;
    }

    internal static Descriptor Open(string path, int flags, UnixFileMode mode) =>
        TryOpen(path, flags, mode, out Descriptor? file, out Errno error) ? file! : throw new LinuxException(error, "open", path);

    internal static unsafe bool TryOpen(string path, int flags, UnixFileMode mode, out Descriptor? file, out Errno error)
    {
        fixed (byte* name = Libc.Terminated(path))
        {
            int number;
            do
                number = Libc.OpenAt(Libc.WorkingDirectory, name, flags | Libc.CloseOnExec | Libc.NoControllingTerminal, mode);
            while (number < 0 && Libc.LastError == Errno.EINTR);
            error = number < 0 ? Libc.LastError : Errno.None;
            file = number < 0 ? null : new Descriptor(number);
            return number >= 0;
        }
    }

    // A pipe would be waited for, and a device such as /dev/zero has no end (RT-267).
    private static Errno ReadRegular(Descriptor file, long limit, out byte[] bytes)
    {
        bytes = [];
        if (!FileStatus.TryRead(file.Number, [0], Libc.EmptyPath, out FileStatus status, out Errno error))
            return error;
        return status.Kind switch
        {
            FileKind.Regular => file.ReadToEnd(limit, status.Size, out bytes),
            FileKind.Directory => Errno.EISDIR,
            _ => Errno.ENXIO,
        };
    }
}
