namespace GpuContainers.Linux.Processes;

/// <summary>The replacement of this process by a program of a container, which is not trusted.</summary>
public static unsafe class ConfinedProgram
{
    private const nuint Read = Libc.MountReadOnly | Libc.MountNoSetId | Libc.MountNoDevices | Libc.MountNoExecution;

    /// <summary>
    /// Confines this process to the container's root, without its procfs, sysfs and devices, without capabilities, with few limits and system calls, and
    /// becomes the program, with an empty environment. The process must be in the container's mount namespace, and good for nothing else.
    /// </summary>
    /// <param name="rootfs">The container's root.</param>
    /// <param name="uid">The account.</param>
    /// <param name="gid">Its group.</param>
    /// <param name="program">The program, as the container sees it.</param>
    /// <param name="arguments">argv, argument 0 included.</param>
    /// <returns>Why it could not be started.</returns>
    /// <exception cref="LinuxException">A step failed.</exception>
    public static Errno Execute(string rootfs, uint uid, uint gid, string program, IReadOnlyList<string> arguments)
    {
        // Outside the managed heap from here on: the limits leave it no room.
        using var argumentVector = new StringVector(RawArguments.FromTexts(arguments));
        using var environmentVector = new StringVector([]);
        byte[] path = Libc.Terminated(program);
        EnterRoot(rootfs);
        foreach (string folder in (ReadOnlySpan<string>)["/proc", "/sys", "/dev"])
            Cover(folder);
        DropRights(uid, gid);
        SystemCallFilter.Install();
        fixed (byte* name = path)
            _ = Libc.Execute(name, argumentVector.Pointer, environmentVector.Pointer);
        return Libc.LastError;
    }

    // In a copy of the namespace that propagates nothing, the root becomes that of the process, and the host's is gone.
    private static void EnterRoot(string rootfs)
    {
        fixed (byte* root = Libc.Terminated(rootfs), here = ".\0"u8, top = "/\0"u8)
        {
            Require(Libc.Unshare(Libc.NewMountNamespace), "unshare mount namespace");
            Require(Libc.Mount(null, top, null, Libc.MountRecursive | Libc.MountPrivate, null), "make mounts private");
            Require(Libc.Mount(root, root, null, Libc.MountRecursive | Libc.MountBind, null), "bind root");
            Require(Libc.ChangeDirectory(root), "enter root");
            Require(Libc.PivotRoot(here, here), "pivot_root");
            Require(Libc.Unmount(here, Libc.UnmountDetach), "leave the old root");
            Require(Libc.ChangeDirectory(top), "enter root");
        }
    }

    // By handle: a link of that name would have the file system mounted elsewhere in the image.
    private static void Cover(string folder)
    {
        fixed (byte* name = Libc.Terminated(folder), type = "tmpfs\0"u8)
        {
            int fd = Libc.OpenAt(Libc.WorkingDirectory, name, Libc.PathOnly | Libc.Directory | Libc.NoFollow | Libc.CloseOnExec, 0);
            // What is not there shows nothing.
            if (fd < 0)
                return;
            using var handle = new Descriptor(fd);
            // A handle of the folder as the working directory, because procfs may be covered already.
            Require(Libc.ChangeToDirectory(fd), "enter folder");
            fixed (byte* here = ".\0"u8, top = "/\0"u8)
            {
                Require(Libc.Mount(type, here, type, Read, null), "cover " + folder);
                Require(Libc.ChangeDirectory(top), "enter root");
            }
        }
    }

    private static void DropRights(uint uid, uint gid)
    {
        Limit(Libc.LimitProcessorTime, 10);
        Limit(Libc.LimitOpenFiles, 64);
        Limit(Libc.LimitFileSize, 64UL << 20);
        ThreadCapabilities.Bound(Capabilities.None);
        // In a user namespace that denies setgroups the groups stay.
        _ = Libc.SetGroups(0, null);
        ProcessAccount.Become(uid, gid);
        Limit(Libc.LimitAddressSpace, 2UL << 30);
    }

    private static void Limit(int resource, ulong value)
    {
        var limit = new Libc.ResourceLimit { Soft = value, Hard = value };
        Require(Libc.SetLimit(resource, &limit), "set limit");
    }

    private static void Require(int result, string operation)
    {
        if (result != 0)
            throw new LinuxException(Libc.LastError, operation, "");
    }
}
