namespace GpuContainers.Linux.Roots;

/// <content>Resolution by hand, for kernels and sandboxes without openat2.</content>
public sealed partial class ContainerRoot
{
    private const int MaximumLinks = 255;
    private const long ProcFileSystem = 0x9fa0;
    private const ulong ProcRootInode = 1;

    /// <summary>Makes a part of a path that is not there, and opens it without following it.</summary>
    private delegate int MissingPart(int folder, byte[] name, bool isLast, out Errno error);

    // One component at a time, none of them through a link: links are read and their text takes its place among the components still to walk.
    private int Walk(ReadOnlySpan<byte> path, bool followLast, out Errno error, MissingPart? make = null)
    {
        var left = new Stack<byte[]>();
        bool mustBeDirectory = path.EndsWith("/"u8) || path.EndsWith("/."u8);
        Push(left, path);
        var trail = new Stack<byte[]>();
        int links = 0;
        int current = Duplicate(_root.Number, out error);
        while (error == Errno.None && left.TryPop(out byte[]? name))
        {
            bool last = left.Count == 0;
            int next = name.AsSpan().SequenceEqual(".."u8) ? Ascend(current, trail, out error) : OpenChild(current, name, out error);
            if (error == Errno.ENOENT && make is not null)
                next = make(current, name, last, out error);
            if (error != Errno.None)
                break;
            byte[]? target = last && !followLast && !mustBeDirectory ? null : LinkText(current, next, out error);
            if (error != Errno.None)
            {
                _ = Libc.Close(next);
                break;
            }
            if (target is not null)
            {
                error = ++links > MaximumLinks ? Errno.ELOOP : Errno.None;
                Push(left, target);
                _ = Libc.Close(next);
                if (!target.AsSpan().StartsWith("/"u8))
                    continue;
                trail.Clear();
                next = error == Errno.None ? Duplicate(_root.Number, out error) : -1;
            }
            else if (!name.AsSpan().SequenceEqual(".."u8))
            {
                trail.Push(name);
            }
            _ = Libc.Close(current);
            current = next;
        }
        if (error == Errno.None && mustBeDirectory && !IsDirectory(current))
            error = Errno.ENOTDIR;
        if (error == Errno.None)
            return current;
        if (current >= 0)
            _ = Libc.Close(current);
        return -(int)error;
    }

    private static void Push(Stack<byte[]> left, ReadOnlySpan<byte> path)
    {
        int end = path.Length;
        while (end > 0)
        {
            int slash = path[..end].LastIndexOf((byte)'/');
            ReadOnlySpan<byte> part = path[(slash + 1)..end];
            if (!part.IsEmpty && !part.SequenceEqual("."u8))
                left.Push(part.ToArray());
            end = Math.Max(slash, 0);
        }
    }

    // ".." at the root stays there. Elsewhere the directory must still be where the walk came from: else somebody moved it, maybe out of the root.
    private int Ascend(int current, Stack<byte[]> trail, out Errno error)
    {
        if (trail.Count == 0 && _refusesEscapes)
        {
            error = Errno.EXDEV;
            return -1;
        }
        if (trail.Count == 0)
            return Duplicate(_root.Number, out error);
        int parent = OpenChild(current, ".."u8, out error);
        if (error != Errno.None)
            return parent;
        _ = trail.Pop();
        if (LinkOf(parent).AsSpan().SequenceEqual(Expected(trail)))
            return parent;
        _ = Libc.Close(parent);
        error = Errno.EXDEV;
        return -1;
    }

    private byte[] Expected(Stack<byte[]> trail)
    {
        byte[] root = _link ??= LinkOf(_root.Number);
        ContainerPath path = ContainerPath.From(root);
        byte[][] names = trail.ToArray();
        for (int i = names.Length - 1; i >= 0; i--)
            path = path.Child(names[i]);
        return path.Bytes.ToArray();
    }

    // The text when the handle is a link, else null. Links below a process's directory in /proc lead out of every root; they are refused (SEC-15).
    private static unsafe byte[]? LinkText(int parent, int fd, out Errno error)
    {
        if (!FileStatus.TryRead(fd, [0], Libc.EmptyPath, out FileStatus status, out error) || status.Kind != FileKind.Link)
            return null;
        Libc.FileSystemStatus fileSystem;
        if (Libc.FileSystem(fd, &fileSystem) == 0 && fileSystem.Type == ProcFileSystem)
        {
            bool atTop = FileStatus.TryRead(parent, [0], Libc.EmptyPath, out FileStatus above, out _) && above.Inode == ProcRootInode;
            error = atTop ? Errno.None : Errno.ELOOP;
        }
        byte* buffer = stackalloc byte[4096];
        byte empty = 0;
        nint length = error == Errno.None ? Libc.ReadLinkAt(fd, &empty, buffer, 4096) : 0;
        if (length < 0)
            error = Libc.LastError;
        else if (length is 0 or 4096 && error == Errno.None)
            error = length == 0 ? Errno.ENOENT : Errno.ENAMETOOLONG;
        return error == Errno.None ? new Span<byte>(buffer, (int)length).ToArray() : null;
    }

    private static bool IsDirectory(int fd) =>
        FileStatus.TryRead(fd, [0], Libc.EmptyPath, out FileStatus status, out _) && status.Kind == FileKind.Directory;

    private static int Duplicate(int folder, out Errno error) => OpenChild(folder, "."u8, out error);

    private static unsafe int OpenChild(int folder, ReadOnlySpan<byte> name, out Errno error)
    {
        int fd;
        fixed (byte* terminated = Libc.Terminated(name))
            fd = Libc.OpenAt(folder, terminated, Libc.PathOnly | Libc.NoFollow | Libc.CloseOnExec, 0);
        error = fd < 0 ? Libc.LastError : Errno.None;
        return fd;
    }
}
