namespace GpuContainers.Linux.Mounts;

/// <summary>
/// A mount that is complete, with its final flags, before it is seen anywhere: made where its source is trusted, attached in a container. Where the
/// kernel (before 5.12) or the caller's rights do not allow that, source and flags are noted, and it is made when it is attached.
/// </summary>
public sealed class PreparedMount : IDisposable
{
    private const int CloneTree = 1;
    private const int FromHandle = 4;
    private const int ToHandle = 0x40;

    private readonly string _source;
    private readonly FileStatus _status;
    private readonly MountFlags _flags;
    private readonly Descriptor? _file;
    private Descriptor? _tree;

    private PreparedMount(string source, in FileStatus status, MountFlags flags, Descriptor? file)
    {
        _source = source;
        _status = status;
        _flags = flags;
        _file = file;
    }

    /// <summary>What is mounted.</summary>
    public FileStatus Source => _status;

    /// <summary>Prepares a file, node or folder of the host.</summary>
    /// <param name="path">Where it is; trusted, links are followed.</param>
    /// <param name="flags">The mount's final flags.</param>
    /// <param name="withMountCalls">False to do without the calls of newer kernels.</param>
    /// <exception cref="LinuxException">It is not there.</exception>
    public static PreparedMount Create(string path, MountFlags flags, bool withMountCalls = true)
    {
        if (!HostFile.TryOpen(path, Libc.PathOnly, 0, out Descriptor? file, out Errno error))
            throw new LinuxException(error, "open", path);
        using (file)
        {
            var mount = new PreparedMount(path, file!.Status(), flags, null);
            mount._tree = withMountCalls ? TryClone(file, flags) : null;
            return mount;
        }
    }

    /// <summary>Prepares a file that was looked up in a container; call it in the container's mount namespace.</summary>
    public static PreparedMount Create(Descriptor file, string name, MountFlags flags, bool withMountCalls = true)
    {
        var mount = new PreparedMount(name, file.Status(), flags, file);
        mount._tree = withMountCalls ? TryClone(file, flags) : null;
        return mount;
    }

    /// <inheritdoc/>
    public void Dispose() => _tree?.Dispose();

    /// <summary>Mounts it on what the handle stands for, in the calling thread's mount namespace.</summary>
    /// <param name="target">The target.</param>
    /// <param name="again">Looks the target up once more: the way to what was mounted, where the kernel has no other.</param>
    /// <returns>A handle of what is mounted.</returns>
    /// <exception cref="LinuxException">The kernel refused, or somebody exchanged source or target meanwhile (EXDEV); nothing is mounted then.</exception>
    public Descriptor AttachTo(Descriptor target, Func<Descriptor> again)
    {
        if (_tree is { } tree)
        {
            Move(tree, target);
            _tree = null;
            return tree;
        }
        return Bind(target, again);
    }

    /// <summary>Moves a mount that is attached nowhere onto a target.</summary>
    internal static unsafe void Move(Descriptor mount, Descriptor target)
    {
        byte empty = 0;
        if (Libc.SystemCall(Libc.CallMoveMount, mount.Number, (nint)(&empty), target.Number, (nint)(&empty), FromHandle | ToHandle) < 0)
            throw new LinuxException(Libc.LastError, "move_mount", "");
    }

    // Null where the calls are missing, or refused because the caller is not allowed to mount here: it may be in the container.
    private static unsafe Descriptor? TryClone(Descriptor file, MountFlags flags)
    {
        byte empty = 0;
        nint fd = Libc.SystemCall(Libc.CallOpenTree, file.Number, (nint)(&empty), CloneTree | Libc.EmptyPath | Libc.CloseOnExec, 0, 0);
        if (fd < 0)
            return null;
        var tree = new Descriptor((int)fd);
        var attributes = new Libc.MountAttributes { Set = (ulong)flags, Propagation = Libc.MountPrivate };
        nint result = Libc.SystemCall(
            Libc.CallMountSetAttributes, tree.Number, (nint)(&empty), Libc.EmptyPath, (nint)(&attributes), sizeof(Libc.MountAttributes));
        if (result == 0)
            return tree;
        tree.Dispose();
        return null;
    }

    private Descriptor Bind(Descriptor target, Func<Descriptor> again)
    {
        using Descriptor? opened = _file is null ? HostFile.Open(_source, Libc.PathOnly, 0) : null;
        Descriptor source = _file ?? opened!;
        if (!source.Status().IsSameFile(_status))
            throw new LinuxException(Errno.EXDEV, "mount", _source);
        // In a namespace that may mount with the newer calls after all.
        if (TryClone(source, _flags) is { } tree)
        {
            try
            {
                Move(tree, target);
                return tree;
            }
            catch (LinuxException)
            {
                tree.Dispose();
                throw;
            }
        }
        HandleMounts.Bind(source, target);
        return Finish(again);
    }

    // The handle of the target leads below what was bound on it, so it is looked up once more; it counts only if it leads to what was bound.
    private Descriptor Finish(Func<Descriptor> again)
    {
        Descriptor mounted = again();
        try
        {
            if (!mounted.Status().IsSameFile(_status))
                throw new LinuxException(Errno.EXDEV, "mount on", _source);
            HandleMounts.Restrict(mounted, _flags);
            return mounted;
        }
        catch (LinuxException)
        {
            _ = HandleMounts.Detach(mounted);
            mounted.Dispose();
            throw;
        }
    }
}
