namespace GpuContainers.Linux.Mounts;

/// <summary>
/// A read-only file in memory, mounted nowhere. Moved onto a file it leaves no directory and no second mount behind.
/// </summary>
public static class DetachedFile
{
    private const int PageSize = 4096;
    private const int CloseOnExec = 1;
    private const int SetText = 1;
    private const int CreateFileSystem = 6;
    private const int FromHandle = 4;
    private const int ToHandle = 0x40;
    private const int CloneTree = 1;

    // MOUNT_ATTR_NOSYMFOLLOW, since Linux 5.14.
    private const ulong NoLinks = 0x200000;

    private static ReadOnlySpan<byte> FileName => "content\0"u8;

    /// <summary>Makes the file.</summary>
    /// <param name="content">Its content.</param>
    /// <param name="mode">Its permission bits.</param>
    /// <returns>The detached mount: read-only, without devices, set-id programs, execution and links.</returns>
    /// <exception cref="LinuxException">A step failed; ENOSYS on kernels without these calls.</exception>
    public static Descriptor Create(byte[] content, UnixFileMode mode) => PrivateMounts.Run(() =>
    {
        using Descriptor fileSystem = MakeFileSystem((content.Length + PageSize - 1) / PageSize * PageSize);
        WriteContent(fileSystem, content, mode);
        Attach(fileSystem);
        Descriptor file = Clone(fileSystem);
        Restrict(file);
        return file;
    });

    /// <summary>Mounts a detached file onto another file; the calling thread's mount namespace is the one that changes.</summary>
    /// <exception cref="LinuxException">The kernel refused.</exception>
    public static unsafe void MoveOnto(Descriptor detached, Descriptor target)
    {
        byte empty = 0;
        Require(Libc.SystemCall(Libc.CallMoveMount, detached.Number, (nint)(&empty), target.Number, (nint)(&empty), FromHandle | ToHandle), "move_mount");
    }

    private static unsafe Descriptor MakeFileSystem(int size)
    {
        fixed (byte* type = "tmpfs\0"u8)
        {
            using var context = new Descriptor((int)Require(Libc.SystemCall(Libc.CallFsOpen, (nint)type, CloseOnExec, 0, 0, 0), "fsopen"));
            Set(context, "size\0"u8, Libc.Terminated(Math.Max(size, PageSize).ToString()));
            Set(context, "mode\0"u8, "0755\0"u8);
            Require(Libc.SystemCall(Libc.CallFsConfig, context.Number, CreateFileSystem, 0, 0, 0), "fsconfig");
            nint attributes = (nint)(Libc.MountNoSetId | Libc.MountNoDevices | Libc.MountNoExecution);
            return new Descriptor((int)Require(Libc.SystemCall(Libc.CallFsMount, context.Number, CloseOnExec, attributes, 0, 0), "fsmount"));
        }
    }

    private static unsafe void Set(Descriptor context, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        fixed (byte* name = key)
        fixed (byte* text = value)
            Require(Libc.SystemCall(Libc.CallFsConfig, context.Number, SetText, (nint)name, (nint)text, 0), "fsconfig");
    }

    private static unsafe void WriteContent(Descriptor fileSystem, byte[] content, UnixFileMode mode)
    {
        fixed (byte* name = FileName)
        {
            int fd = Libc.OpenAt(fileSystem.Number, name, Libc.NewFile | Libc.CloseOnExec, FileModes.PrivateFile);
            using var file = new Descriptor((int)Require(fd, "create"));
            file.Write(content, "");
            Require(Libc.ChangeMode(file.Number, mode), "chmod");
        }
    }

    // A tree can be cloned only from a mount that is attached somewhere in the caller's namespace; on "/" nobody here looks it up again.
    private static unsafe void Attach(Descriptor fileSystem)
    {
        byte empty = 0;
        fixed (byte* root = "/\0"u8)
            Require(Libc.SystemCall(Libc.CallMoveMount, fileSystem.Number, (nint)(&empty), Libc.WorkingDirectory, (nint)root, FromHandle), "move_mount");
    }

    private static unsafe Descriptor Clone(Descriptor fileSystem)
    {
        fixed (byte* name = FileName)
            return new Descriptor(
                (int)Require(Libc.SystemCall(Libc.CallOpenTree, fileSystem.Number, (nint)name, CloneTree | Libc.CloseOnExec, 0, 0), "open_tree"));
    }

    private static unsafe void Restrict(Descriptor file)
    {
        byte empty = 0;
        var attributes = new Libc.MountAttributes
        {
            Set = Libc.MountReadOnly | Libc.MountNoSetId | Libc.MountNoDevices | Libc.MountNoExecution | NoLinks,
            Propagation = Libc.MountPrivate,
        };
        nint result = Libc.SystemCall(
            Libc.CallMountSetAttributes, file.Number, (nint)(&empty), Libc.EmptyPath, (nint)(&attributes), sizeof(Libc.MountAttributes));
        if (result == 0)
            return;
        if (Libc.LastError != Errno.EINVAL)
            throw new LinuxException(Libc.LastError, "mount_setattr", "");
        attributes.Set &= ~NoLinks;
        Require(
            Libc.SystemCall(Libc.CallMountSetAttributes, file.Number, (nint)(&empty), Libc.EmptyPath, (nint)(&attributes), sizeof(Libc.MountAttributes)),
            "mount_setattr");
    }

    private static nint Require(nint result, string operation) => result >= 0 ? result : throw new LinuxException(Libc.LastError, operation, "");
}

/// <summary>Work in a mount namespace of its own, which nobody else sees.</summary>
internal static class PrivateMounts
{
    /// <summary>
    /// Runs the work on a thread of its own, which leaves the process's mount namespace for a copy that propagates nothing, and then ends (HK-132).
    /// What survives is what the work returns: a handle.
    /// </summary>
    /// <exception cref="LinuxException">The namespace could not be made, or the work failed.</exception>
    internal static Descriptor Run(Func<Descriptor> work)
    {
        Descriptor? result = null;
        LinuxException? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    Enter();
                    result = work();
                }
                catch (LinuxException error)
                {
                    failure = error;
                }
            },
            maxStackSize: 256 * 1024);
        thread.Start();
        thread.Join();
        return result ?? throw failure!;
    }

    private static unsafe void Enter()
    {
        if (Libc.Unshare(Libc.NewMountNamespace) != 0)
            throw new LinuxException(Libc.LastError, "unshare mount namespace", "");
        fixed (byte* root = "/\0"u8)
        {
            if (Libc.Mount(null, root, null, Libc.MountRecursive | Libc.MountPrivate, null) != 0)
                throw new LinuxException(Libc.LastError, "make mounts private", "/");
        }
    }
}
