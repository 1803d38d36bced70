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
        using var argumentVector = new StringVector(RawArguments.FromTexts([.. arguments]));
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

/// <summary>A seccomp filter for a program that only reads and writes files: every other system call fails with EPERM.</summary>
internal static unsafe class SystemCallFilter
{
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfGreaterOrEqual = 0x35;
    private const ushort Return = 0x06;

    // In struct seccomp_data: the number of the call, and the architecture it is meant for.
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;
    private const uint Allow = 0x7fff0000;
    private const uint Refuse = 0x00050000 | (uint)Errno.EPERM;
    private const uint X32 = 0x40000000;

    private const int SetFilter = 22;
    private const int FilterMode = 2;

    // As the kernel numbers them, in the order of the names: access, arch_prctl, brk, chdir, chmod, clock_gettime, close, execve, execveat, exit, exit_group,
    // faccessat, faccessat2, fchmodat, fcntl, fdatasync, fstat, fsync, ftruncate, futex, getcwd, getdents, getdents64, getegid, geteuid, getgid, getpgrp,
    // getpid, getrandom, gettid, gettimeofday, getuid, lseek, lstat, mkdir, mkdirat, mmap, mprotect, mremap, munmap, newfstatat, open, openat, pread64,
    // prlimit64, read, readlink, readlinkat, readv, rename, renameat, renameat2, rseq, rt_sigaction, rt_sigprocmask, rt_sigreturn, set_robust_list,
    // set_tid_address, stat, statx, symlink, symlinkat, tgkill, time, uname, unlink, unlinkat, write, writev.
    private static readonly ushort[] s_x64 =
    [
        21, 158, 12, 80, 90, 228, 3, 59, 322, 60, 231, 269, 439, 268, 72, 75, 5, 74, 77, 202, 79, 78, 217, 108, 107, 104, 111, 39, 318, 186, 96, 102, 8, 6, 83,
        258, 9, 10, 25, 11, 262, 2, 257, 17, 302, 0, 89, 267, 19, 82, 264, 316, 334, 13, 14, 15, 273, 218, 4, 332, 88, 266, 234, 201, 63, 87, 263, 1, 20,
    ];

    // The same without those that arm64 does not have.
    private static readonly ushort[] s_arm64 =
    [
        214, 49, 113, 57, 221, 281, 93, 94, 48, 439, 53, 25, 83, 80, 82, 46, 98, 17, 61, 177, 175, 176, 172, 278, 178, 169, 174, 62, 34, 222, 226, 216, 215, 79,
        56, 67, 261, 63, 78, 65, 38, 276, 293, 134, 135, 139, 99, 96, 291, 36, 131, 160, 35, 64, 66,
    ];

    /// <summary>Installs the filter for this process and what it executes.</summary>
    /// <exception cref="LinuxException">The kernel has no filters, or refused.</exception>
    internal static void Install()
    {
        bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        Libc.FilterInstruction[] program = Build(isArm ? s_arm64 : s_x64, isArm ? 0xc00000b7 : 0xc000003e);
        fixed (Libc.FilterInstruction* start = program)
        {
            var filter = new Libc.FilterProgram { Length = (ushort)program.Length, Instructions = start };
            if (Libc.ProcessControl(SetFilter, FilterMode, (nuint)(&filter), 0, 0) != 0)
                throw new LinuxException(Libc.LastError, "install system call filter", "");
        }
    }

    // Each allowed number jumps to the last instruction; a jump reaches at most 255 instructions.
    private static Libc.FilterInstruction[] Build(ushort[] allowed, uint architecture)
    {
        int length = allowed.Length + 6;
        var program = new Libc.FilterInstruction[length];
        program[0] = new Libc.FilterInstruction(LoadWord, 0, 0, ArchitectureOffset);
        program[1] = new Libc.FilterInstruction(JumpIfEqual, 0, (byte)(length - 4), architecture);
        program[2] = new Libc.FilterInstruction(LoadWord, 0, 0, NumberOffset);
        program[3] = new Libc.FilterInstruction(JumpIfGreaterOrEqual, (byte)(length - 6), 0, X32);
        for (int i = 0; i < allowed.Length; i++)
            program[4 + i] = new Libc.FilterInstruction(JumpIfEqual, (byte)(length - 6 - i), 0, allowed[i]);
        program[length - 2] = new Libc.FilterInstruction(Return, 0, 0, Refuse);
        program[length - 1] = new Libc.FilterInstruction(Return, 0, 0, Allow);
        return program;
    }
}

/// <summary>The account that a process runs under for the rest of its life.</summary>
public static class ProcessAccount
{
    /// <summary>As <see cref="Become"/>; a process that leaves its group leaves its supplementary groups too.</summary>
    /// <exception cref="LinuxException">A step was refused.</exception>
    public static unsafe void BecomeWithGroups(uint uid, uint gid)
    {
        // The groups stay where the group does (CL-19).
        if (gid != Libc.EffectiveGroup() && Libc.SetGroups(1, &gid) != 0)
            throw new LinuxException(Libc.LastError, "set groups", $"{gid}");
        Become(uid, gid);
    }

    /// <summary>
    /// All threads take on the account, and with it lose the superuser's capabilities; this thread keeps none whatever the account is, and nothing that it
    /// starts can get any.
    /// </summary>
    /// <exception cref="LinuxException">A step was refused.</exception>
    internal static void Become(uint uid, uint gid)
    {
        Require(Libc.SetGroup(gid, gid, gid), "set group");
        Require(Libc.SetUser(uid, uid, uid), "set user");
        ThreadCapabilities.Keep(Capabilities.None);
        Require(Libc.ProcessControl(Libc.SetNoNewPrivileges, 1, 0, 0, 0), "refuse new privileges");
    }

    private static void Require(int result, string operation)
    {
        if (result != 0)
            throw new LinuxException(Libc.LastError, operation, "");
    }
}
