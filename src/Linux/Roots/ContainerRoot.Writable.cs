namespace GpuContainers.Linux.Roots;

/// <content>Roots that the runtime has made read-only already.</content>
public sealed partial class ContainerRoot
{
    private const int CloneTree = 1;
    private const int Recursive = 0x8000;

    /// <summary>
    /// A root to write through. If the root is on a read-only mount: a detached copy of its mounts, the topmost of them writable; the container's own
    /// mount stays read-only, and no namespace sees the copy. Where the kernel refuses, this root itself: writing then fails with EROFS, as it must.
    /// </summary>
    public ContainerRoot ForWriting()
    {
        if (!IsReadOnlyMount() || CloneWritable() is not { } clone)
            return this;
        return new ContainerRoot(clone, _walks, _refusesEscapes, original: this);
    }

    private unsafe bool IsReadOnlyMount()
    {
        Libc.FileSystemStatus status;
        return Libc.FileSystem(_root.Number, &status) == 0 && (status.Flags & 1) != 0;
    }

    private unsafe Descriptor? CloneWritable()
    {
        byte empty = 0;
        nint fd = Libc.SystemCall(Libc.CallOpenTree, _root.Number, (nint)(&empty), CloneTree | Recursive | Libc.EmptyPath | Libc.CloseOnExec, 0, 0);
        if (fd < 0)
            return null;
        var clone = new Descriptor((int)fd);
        var attributes = new Libc.MountAttributes { Clear = Libc.MountReadOnly };
        nint result = Libc.SystemCall(
            Libc.CallMountSetAttributes, clone.Number, (nint)(&empty), Libc.EmptyPath, (nint)(&attributes), sizeof(Libc.MountAttributes));
        if (result == 0)
            return clone;
        clone.Dispose();
        return null;
    }
}
