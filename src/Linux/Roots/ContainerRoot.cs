namespace GpuContainers.Linux.Roots;

/// <summary>
/// The root of a container, whose content belongs to an attacker: the only door to files below it. Every path is resolved by the kernel (or by the
/// walker, where openat2 is missing) with this directory as "/", links included, and ends in a handle; the path's text is never used again.
/// </summary>
public sealed partial class ContainerRoot : IDisposable
{
    private const int Attempts = 128;

    private readonly Descriptor _root;
    private readonly bool _walks;
    private readonly bool _refusesEscapes;
    private readonly ulong _mount;
    private byte[]? _link;

    private ContainerRoot(Descriptor root, in FileStatus status, bool walks, bool refusesEscapes = false, ContainerRoot? original = null)
    {
        _root = root;
        _original = original;
        _refusesEscapes = refusesEscapes;
        // Probed once; any error means the walker for the whole run (HK-45).
        _walks = walks || !HasOpenAt2();
        _mount = MountOf(root, status);
    }

    internal Descriptor Handle => _root;

    // Legacy mode, which refuses escapes, has a rule of its own for what it writes (WritableMounts).
    internal bool LimitsWrites => !_refusesEscapes;

    /// <summary>Opens a root.</summary>
    /// <param name="hostPath">Where it is on the host; this path is trusted, links in it are followed.</param>
    /// <exception cref="LinuxException">It is missing, no directory, or (EPERM) it is this process's own root.</exception>
    public static ContainerRoot Open(string hostPath) => Open(hostPath, walks: false);

    /// <summary>
    /// Opens a root as <see cref="Open(string)"/>, but a link whose ".." would lead above it is an error (EXDEV), where a container's own view would stay at
    /// the root: legacy mode has always refused such images.
    /// </summary>
    /// <exception cref="LinuxException">It is missing, no directory, or (EPERM) it is this process's own root.</exception>
    public static ContainerRoot OpenRefusing(string hostPath, bool walks = false) => Open(hostPath, walks, refusesEscapes: true);

    internal static ContainerRoot Open(string hostPath, bool walks, bool refusesEscapes = false)
    {
        KernelFileSystem.Forget();
        if (!HostFile.TryOpen(hostPath, Libc.PathOnly | Libc.Directory, 0, out Descriptor? root, out Errno error))
            throw new LinuxException(error, "open container root", hostPath);
        FileStatus own = HostFile.TryStatus("/", true, out FileStatus host, out error) ? host : throw new LinuxException(error, "stat", "/");
        FileStatus status = root!.Status();
        if (status.IsSameFile(own))
        {
            root.Dispose();
            throw new LinuxException(Errno.EPERM, "use the host's own root as container root", hostPath);
        }
        return new ContainerRoot(root, status, walks, refusesEscapes);
    }

    /// <inheritdoc/>
    public void Dispose() => _root.Dispose();

    /// <summary>Looks a path up and holds on to what it stands for, without opening it (O_PATH): no device, pipe or file notices.</summary>
    /// <param name="path">A path of the container; relative ones count from its root.</param>
    /// <param name="followLast">Whether a link at the very end is followed.</param>
    /// <param name="entry">The handle; null when false is returned.</param>
    /// <param name="error">Why not.</param>
    public bool TryLookup(ContainerPath path, bool followLast, out Descriptor? entry, out Errno error)
    {
        entry = null;
        ReadOnlySpan<byte> bytes = path.Bytes;
        if (bytes.Contains((byte)0))
        {
            error = Errno.EINVAL;
            return false;
        }
        int fd = _walks ? Walk(bytes, followLast, out error) : Resolve(bytes, followLast, out error);
        if (fd >= 0)
            entry = new Descriptor(fd);
        return fd >= 0;
    }

    /// <summary>Looks a directory up.</summary>
    public bool TryOpenDirectory(ContainerPath path, out ContainerDirectory? directory, out Errno error)
    {
        directory = null;
        if (!TryLookup(path, followLast: true, out Descriptor? entry, out error))
            return false;
        FileStatus status = entry!.Status();
        if (status.Kind != FileKind.Directory)
        {
            entry.Dispose();
            error = Errno.ENOTDIR;
            return false;
        }
        directory = new ContainerDirectory(entry, path, this, status);
        return true;
    }

    /// <summary>Whether the path leads, links followed, to something that is not a directory.</summary>
    public bool IsFile(ContainerPath path)
    {
        if (!TryLookup(path, followLast: true, out Descriptor? entry, out _))
            return false;
        using (entry)
            return entry!.Status().Kind != FileKind.Directory;
    }

    /// <summary>Reads a regular file; anything else is not even opened.</summary>
    /// <param name="path">The file; links are followed below the root.</param>
    /// <param name="limit">The most bytes it may have (else EFBIG).</param>
    /// <param name="bytes">The content; empty when false is returned.</param>
    /// <param name="error">Why not; EISDIR for a directory, ENXIO for a pipe, socket or device.</param>
    public bool TryReadFile(ContainerPath path, long limit, out byte[] bytes, out Errno error)
    {
        bytes = [];
        if (!TryLookup(path, followLast: true, out Descriptor? entry, out error))
            return false;
        using (entry)
            return ContainerFile.TryRead(entry!, limit, out bytes, out error);
    }

    /// <summary>
    /// The directory, made with what is missing above it. Existing parts are resolved like any lookup; from the first missing one on, each is made and
    /// entered without following links, so that nobody can put one in between.
    /// </summary>
    /// <param name="path">The directory.</param>
    /// <param name="mode">The mode of each one made, less the umask.</param>
    /// <exception cref="LinuxException">A part is not a directory, a dangling or circular link, or could not be made.</exception>
    public ContainerDirectory MakeDirectories(ContainerPath path, UnixFileMode mode)
    {
        var missing = new Stack<byte[]>();
        ContainerPath existing = path.Clean();
        ContainerDirectory? directory;
        while (!TryOpenDirectory(existing, out directory, out Errno error))
        {
            if (error != Errno.ENOENT || existing.Bytes.Length <= 1)
                throw new LinuxException(error, "open directory", path.ToString());
            missing.Push(existing.Name.ToArray());
            existing = existing.Parent;
        }
        while (missing.TryPop(out byte[]? name))
        {
            using ContainerDirectory parent = directory!;
            directory = parent.MakeDirectory(name, mode);
        }
        return directory!;
    }

    /// <summary>The path of a handle below this root, absolute and without links; null when it is not below it (any more).</summary>
    public ContainerPath? PathOf(Descriptor entry)
    {
        ReadOnlySpan<byte> root = _link ??= LinkOf(_root.Number);
        ReadOnlySpan<byte> path = LinkOf(entry.Number);
        if (root.IsEmpty || !path.StartsWith(root))
            return null;
        if (root.SequenceEqual("/"u8))
            return ContainerPath.From(path);
        ReadOnlySpan<byte> rest = path[root.Length..];
        return rest.IsEmpty ? ContainerPath.From("/"u8) : rest[0] == '/' ? ContainerPath.From(rest) : null;
    }

    private int Resolve(ReadOnlySpan<byte> path, bool followLast, out Errno error)
    {
        error = Errno.None;
        if (_refusesEscapes)
        {
            // The kernel tells whether anything led upwards; an absolute link does so for it too, and is walked by hand.
            ReadOnlySpan<byte> relative = path.TrimStart((byte)'/');
            int inside = OpenAt2(relative.IsEmpty ? "."u8 : relative, followLast ? 0 : Libc.NoFollow, Libc.ResolveBeneath);
            if (inside >= 0)
                return inside;
            error = (Errno)(-inside);
            return error == Errno.EXDEV ? Walk(path, followLast, out error) : -1;
        }
        int fd = OpenAt2(path.IsEmpty ? "."u8 : path, followLast ? 0 : Libc.NoFollow, Libc.ResolveInRoot);
        if (fd < 0)
            error = (Errno)(-fd);
        return fd;
    }

    private bool HasOpenAt2()
    {
        int fd = OpenAt2("."u8, 0, Libc.ResolveInRoot);
        return fd >= 0 && Libc.Close(fd) == 0;
    }

    // The descriptor, or the error number as a negative one. The kernel gives up (EAGAIN, EXDEV) when somebody renames directories meanwhile.
    private unsafe int OpenAt2(ReadOnlySpan<byte> path, int flags, ulong resolve)
    {
        if (path.Length >= 4096)
            return -(int)Errno.ENAMETOOLONG;
        byte* name = stackalloc byte[path.Length + 1];
        path.CopyTo(new Span<byte>(name, path.Length));
        name[path.Length] = 0;
        var how = new Libc.OpenHow
        {
            Flags = (ulong)(uint)(Libc.PathOnly | Libc.CloseOnExec | flags),
            Resolve = resolve | Libc.ResolveNoMagicLinks,
        };
        Errno error = Errno.None;
        for (int attempt = 0; attempt < Attempts; attempt++)
        {
            nint fd = Libc.SystemCall(Libc.CallOpenAt2, _root.Number, (nint)name, (nint)(&how), sizeof(Libc.OpenHow), 0);
            if (fd >= 0)
                return (int)fd;
            error = Libc.LastError;
            bool isMoved = error == Errno.EXDEV && resolve == Libc.ResolveInRoot;
            if (!isMoved && error is not (Errno.EAGAIN or Errno.EINTR))
                break;
        }
        return -(int)error;
    }

    private static unsafe byte[] LinkOf(int fd)
    {
        byte* path = stackalloc byte[32];
        _ = Libc.WriteDescriptorPath(new Span<byte>(path, 32), fd);
        byte* buffer = stackalloc byte[4096];
        nint length = Libc.ReadLinkAt(Libc.WorkingDirectory, path, buffer, 4096);
        return length < 0 ? [] : new Span<byte>(buffer, (int)length).ToArray();
    }
}
