namespace GpuContainers.Linux.Roots;

/// <summary>Called for each name in a directory.</summary>
/// <param name="name">The name; valid only during the call.</param>
/// <param name="kind">What it is, as the directory tells; Unknown when the file system does not say.</param>
/// <returns>False to stop.</returns>
public delegate bool DirectoryVisitor(ReadOnlySpan<byte> name, FileKind kind);

/// <summary>A directory below a container's root, held by a handle. All work in it is by single names, none of which is ever followed as a link.</summary>
public sealed class ContainerDirectory : IDisposable
{
    private readonly Descriptor _handle;
    private readonly ContainerPath _path;
    private readonly ContainerRoot? _root;
    private readonly FileStatus? _status;
    private bool? _isWritable;

    internal ContainerDirectory(Descriptor handle, ContainerPath path, ContainerRoot? root, in FileStatus? status = null)
    {
        _handle = handle;
        _path = path;
        _root = root;
        _status = status;
    }

    /// <summary>
    /// A folder by a handle that somebody else made, such as the root of a new mount; the object owns the handle from now on. Everything may be made in it.
    /// </summary>
    public static ContainerDirectory From(Descriptor handle, ContainerPath path) => new(handle, path, root: null);

    /// <summary>The handle.</summary>
    public Descriptor Handle => _handle;

    /// <summary>The path it was looked up under, for messages.</summary>
    public ContainerPath Path => _path;

    /// <summary>What it is; as it was when it was looked up, if it was by its path.</summary>
    public FileStatus Status => _status ?? _handle.Status();

    /// <summary>Whether something may be made or changed in it: see <see cref="ContainerRoot.MayWrite(Descriptor)"/>.</summary>
    public bool IsWritable => _isWritable ??= _root is not { LimitsWrites: true } root || root.MayWrite(ContainerRoot.MountOf(_handle, Status));

    /// <inheritdoc/>
    public void Dispose() => _handle.Dispose();

    /// <summary>What a name stands for, the link itself if it is one.</summary>
    public bool TryStatus(ReadOnlySpan<byte> name, out FileStatus status, out Errno error) =>
        FileStatus.TryRead(_handle.Number, Single(name), Libc.LinkNoFollow, out status, out error);

    /// <summary>The text a link holds; null when the name is missing or no link.</summary>
    public unsafe byte[]? ReadLink(ReadOnlySpan<byte> name)
    {
        byte* buffer = stackalloc byte[4097];
        nint length;
        fixed (byte* single = Single(name))
            length = Libc.ReadLinkAt(_handle.Number, single, buffer, 4097);
        return length < 0 ? null : new Span<byte>(buffer, (int)length).ToArray();
    }

    /// <summary>Holds on to what a name stands for, without opening it and without following a link.</summary>
    public bool TryLookup(ReadOnlySpan<byte> name, out Descriptor? entry, out Errno error) =>
        TryOpen(name, Libc.PathOnly | Libc.NoFollow, 0, out entry, out error);

    /// <summary>Enters a directory, or what is mounted on it; a link of that name is an error.</summary>
    /// <exception cref="LinuxException">It is missing or no directory.</exception>
    public ContainerDirectory EnterDirectory(ReadOnlySpan<byte> name) => Enter(name, _root);

    /// <summary>Enters a mount that the program itself made under this name, and in which it makes what it wants.</summary>
    /// <exception cref="LinuxException">It is missing or no directory.</exception>
    public ContainerDirectory EnterOwnMount(ReadOnlySpan<byte> name) => Enter(name, root: null);

    private ContainerDirectory Enter(ReadOnlySpan<byte> name, ContainerRoot? root) =>
        new(Open(name, Libc.PathOnly | Libc.Directory | Libc.NoFollow, 0, "open directory"), _path.Child(name), root);

    /// <summary>Visits the names, without "." and "..", in no certain order; they are streamed, so a huge directory costs no memory.</summary>
    /// <exception cref="LinuxException">The directory cannot be read, or (EMEDIUMTYPE) is one of the kernel's own.</exception>
    public void Visit(DirectoryVisitor visitor)
    {
        if (_status is { } status ? KernelFileSystem.Holds(_handle, status.Device) : KernelFileSystem.Holds(_handle))
            throw new LinuxException(Errno.EMEDIUMTYPE, "open directory", _path.ToString());
        using Descriptor open = Open("."u8, Libc.ReadOnly | Libc.Directory, 0, "open directory");
        using var entries = new DirectoryEntries(open.Number);
        while (entries.MoveNext() && visitor(entries.Current, entries.Kind))
        {
        }
    }

    /// <summary>Makes a directory if the name is free, and enters it; a link of that name is an error.</summary>
    /// <exception cref="LinuxException">It could not be made, or something else has its name.</exception>
    /// <exception cref="ForeignMountException">This directory is on a mount that is not the container's own.</exception>
    public unsafe ContainerDirectory MakeDirectory(ReadOnlySpan<byte> name, UnixFileMode mode)
    {
        RequireWritable("mkdir", name);
        fixed (byte* single = Single(name))
        {
            if (Libc.MakeDirectoryAt(_handle.Number, single, mode) != 0 && Libc.LastError != Errno.EEXIST)
                throw Failure(Libc.LastError, "mkdir", name);
        }
        return EnterDirectory(name);
    }

    /// <summary>Writes a file under a name that must be free.</summary>
    /// <exception cref="LinuxException">The name is taken (EEXIST), or the write failed; then no file stays.</exception>
    /// <exception cref="ForeignMountException">This directory is on a mount that is not the container's own.</exception>
    public void CreateFile(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        RequireWritable("create", name);
        bool written = false;
        using Descriptor file = Open(name, Libc.NewFile, FileModes.PrivateFile, "create");
        try
        {
            Fill(file, name, content, mode);
            written = true;
        }
        finally
        {
            if (!written)
                _ = Unlink(name, 0);
        }
    }

    /// <summary>Puts a file under a name in one step, whatever had the name before; a reader sees the old content or the new.</summary>
    /// <exception cref="LinuxException">A step failed, for example because a directory (EISDIR) has the name; nothing has changed then.</exception>
    /// <exception cref="ForeignMountException">This directory, or what has the name, is on a mount that is not the container's own.</exception>
    public void ReplaceFile(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        RequireWritable("replace", name);
        byte[] final = Single(name);
        byte[] temporary = Encoding.UTF8.GetBytes(AtomicFile.TemporaryName());
        CreateFile(temporary, content, mode);
        RenameOver(temporary, final, name);
    }

    /// <summary>Puts a symbolic link under a name in one step, whatever had the name before.</summary>
    /// <param name="name">The link's name.</param>
    /// <param name="target">The text it holds; taken as it is.</param>
    /// <returns>False if a link with this text had the name already.</returns>
    /// <exception cref="LinuxException">A step failed, for example because a directory (EISDIR) has the name; nothing has changed then.</exception>
    /// <exception cref="ForeignMountException">This directory, or what has the name, is on a mount that is not the container's own.</exception>
    public bool ReplaceLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        // Most names of a container's start are free; that one is taken the kernel says first, also where nothing can be written.
        Errno error = IsWritable ? MakeLink(name, target) : Errno.EEXIST;
        if (error == Errno.EEXIST)
        {
            if (ReadLink(name) is { } present && present.AsSpan().SequenceEqual(target))
                return false;
            RequireWritable("symlink", name);
            byte[] temporary = Encoding.UTF8.GetBytes(AtomicFile.TemporaryName());
            error = MakeLink(temporary, target);
            if (error == Errno.None)
                RenameOver(temporary, Single(name), name);
        }
        return error == Errno.None ? true : throw Failure(error, "symlink", name);
    }

    /// <summary>Makes a symbolic link if the name is free; whatever has the name already, even a dangling link, stays.</summary>
    /// <returns>Whether it was made.</returns>
    /// <exception cref="LinuxException">It could not be made.</exception>
    /// <exception cref="ForeignMountException">This directory is on a mount that is not the container's own.</exception>
    public bool CreateLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        RequireWritable("symlink", name);
        Errno error = MakeLink(name, target);
        return error is Errno.None or Errno.EEXIST ? error == Errno.None : throw Failure(error, "symlink", name);
    }

    private unsafe Errno MakeLink(ReadOnlySpan<byte> name, ReadOnlySpan<byte> target)
    {
        fixed (byte* text = Libc.Terminated(target))
        fixed (byte* link = Single(name))
            return Libc.MakeLinkAt(text, _handle.Number, link) == 0 ? Errno.None : Libc.LastError;
    }

    /// <summary>Removes a file or link; that there is none is not an error.</summary>
    /// <exception cref="LinuxException">It could not be removed.</exception>
    /// <exception cref="ForeignMountException">This directory is on a mount that is not the container's own.</exception>
    public void RemoveFile(ReadOnlySpan<byte> name)
    {
        RequireWritable("unlink", name);
        Errno error = Unlink(name, 0);
        if (error is not (Errno.None or Errno.ENOENT))
            throw Failure(error, "unlink", name);
    }

    /// <summary>Removes an empty directory.</summary>
    /// <returns>None, or why not.</returns>
    public Errno RemoveDirectory(ReadOnlySpan<byte> name) => Unlink(name, Libc.UnlinkDirectory);

    private unsafe void RenameOver(byte[] temporary, byte[] final, ReadOnlySpan<byte> name)
    {
        int result;
        fixed (byte* from = Single(temporary))
        fixed (byte* to = final)
            result = Libc.RenameAt(_handle.Number, from, _handle.Number, to);
        if (result == 0)
            return;
        Errno error = Libc.LastError;
        _ = Unlink(temporary, 0);
        throw IsMountPoint(name) ? new ForeignMountException("replace", _path.Child(name).ToString()) : Failure(error, "rename over", name);
    }

    // A file may be mounted on a name of a folder that is the container's own (HK-147).
    private bool IsMountPoint(ReadOnlySpan<byte> name)
    {
        if (_root is not { LimitsWrites: true } || !TryLookup(name, out Descriptor? entry, out _))
            return false;
        using (entry)
            return ContainerRoot.MountOf(entry!) != ContainerRoot.MountOf(_handle);
    }

    private void RequireWritable(string operation, ReadOnlySpan<byte> name)
    {
        if (!IsWritable)
            throw new ForeignMountException(operation, _path.Child(name).ToString());
    }

    // Nobody else may write before the mode is set, and the umask does not matter for it (SEC-14).
    private void Fill(Descriptor file, ReadOnlySpan<byte> name, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        file.Write(content, _path.Child(name).ToString());
        if (Libc.ChangeMode(file.Number, mode) != 0)
            throw Failure(Libc.LastError, "chmod", name);
    }

    private unsafe Errno Unlink(ReadOnlySpan<byte> name, int flags)
    {
        fixed (byte* single = Single(name))
            return Libc.UnlinkAt(_handle.Number, single, flags) == 0 ? Errno.None : Libc.LastError;
    }

    private Descriptor Open(ReadOnlySpan<byte> name, int flags, UnixFileMode mode, string operation) =>
        TryOpen(name, flags, mode, out Descriptor? file, out Errno error) ? file! : throw Failure(error, operation, name);

    private unsafe bool TryOpen(ReadOnlySpan<byte> name, int flags, UnixFileMode mode, out Descriptor? file, out Errno error)
    {
        int fd;
        fixed (byte* single = Single(name, allowDot: true))
            fd = Libc.OpenAt(_handle.Number, single, flags | Libc.CloseOnExec, mode);
        error = fd < 0 ? Libc.LastError : Errno.None;
        file = fd < 0 ? null : new Descriptor(fd);
        return fd >= 0;
    }

    private LinuxException Failure(Errno error, string operation, ReadOnlySpan<byte> name) => new(error, operation, _path.Child(name).ToString());

    // What would make the kernel resolve anything is not a name.
    private byte[] Single(ReadOnlySpan<byte> name, bool allowDot = false)
    {
        bool isDot = name.SequenceEqual("."u8) && !allowDot;
        if (name.IsEmpty || isDot || name.SequenceEqual(".."u8) || name.Contains((byte)'/'))
            throw new LinuxException(Errno.EINVAL, "use as a name", _path.Child(name).ToString());
        return Libc.Terminated(name);
    }
}

/// <summary>Something was to be made or changed on a mount that is not the container's own, such as a volume; nothing was.</summary>
/// <param name="operation">The call's short name, such as "symlink".</param>
/// <param name="path">What it was to be applied to.</param>
public sealed class ForeignMountException(string operation, string path) : LinuxException(Errno.EXDEV, operation, path)
{
    /// <inheritdoc/>
    public override string Message => $"{Operation} {Path}: it is on a volume, or on another mount that is not the container's own";
}
