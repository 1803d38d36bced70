namespace GpuContainers.Linux.SystemCalls;

/// <content>sys/mount.h, sched.h, sys/sysmacros.h, sys/prctl.h: mounts by path, namespaces, device nodes.</content>
internal static partial class Libc
{
    internal const nuint MountReadOnly = 1;
    internal const nuint MountNoSetId = 2;
    internal const nuint MountNoDevices = 4;
    internal const nuint MountNoExecution = 8;
    internal const nuint MountRemount = 0x20;
    internal const nuint MountBind = 0x1000;
    internal const nuint MountMove = 0x2000;
    internal const nuint MountRecursive = 0x4000;
    internal const nuint MountPrivate = 0x40000;
    internal const int UnmountDetach = 2;

    /// <summary>CLONE_FS: root, working directory and umask of the calling thread alone.</summary>
    internal const int OwnFileSystemState = 0x200;

    internal const int NewMountNamespace = 0x20000;
    internal const int NewProcessNamespace = 0x20000000;

    /// <summary>PR_SET_PDEATHSIG: the signal this process gets when its parent ends.</summary>
    internal const int SetParentDeathSignal = 1;

    private static nint PivotRootNumber => IsArm ? 41 : 155;

    [LibraryImport(Library, EntryPoint = "mount", SetLastError = true)]
    internal static unsafe partial int Mount(byte* source, byte* target, byte* type, nuint flags, byte* data);

    [LibraryImport(Library, EntryPoint = "umount2", SetLastError = true)]
    internal static unsafe partial int Unmount(byte* target, int flags);

    [LibraryImport(Library, EntryPoint = "unshare", SetLastError = true)]
    internal static partial int Unshare(int namespaces);

    [LibraryImport(Library, EntryPoint = "setns", SetLastError = true)]
    internal static partial int EnterNamespace(int fd, int kind);

    [LibraryImport(Library, EntryPoint = "chroot", SetLastError = true)]
    internal static unsafe partial int ChangeRoot(byte* path);

    [LibraryImport(Library, EntryPoint = "chdir", SetLastError = true)]
    internal static unsafe partial int ChangeDirectory(byte* path);

    [LibraryImport(Library, EntryPoint = "fchdir", SetLastError = true)]
    internal static partial int ChangeToDirectory(int fd);

    [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
    internal static partial int ProcessControl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport(Library, EntryPoint = "fchownat", SetLastError = true)]
    internal static unsafe partial int ChangeOwnerAt(int folder, byte* path, uint uid, uint gid, int flags);

    /// <summary>mknodat(2); the function of this name is newer than glibc 2.28 (IN-124). The kernel takes the low half of a device number.</summary>
    internal static unsafe int MakeNodeAt(int folder, byte* path, uint typeAndMode, ulong device) =>
        (int)SystemCall(IsArm ? 33 : 259, folder, (nint)path, (nint)typeAndMode, (nint)(uint)device, 0);

    /// <summary>pivot_root(2), which has no wrapper in the C library.</summary>
    internal static unsafe int PivotRoot(byte* newRoot, byte* oldRoot) => (int)PivotRootCall(PivotRootNumber, newRoot, oldRoot);

    /// <summary>The device number of a node (gnu_dev_makedev).</summary>
    internal static ulong DeviceNumber(uint major, uint minor) =>
        ((major & 0xfffff000UL) << 32) | ((major & 0xfffUL) << 8) | ((minor & 0xffffff00UL) << 12) | (minor & 0xffUL);

    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    private static unsafe partial nint PivotRootCall(nint number, byte* newRoot, byte* oldRoot);

    internal const nint CallOpenTree = 428;
    internal const nint CallMoveMount = 429;
    internal const nint CallFsOpen = 430;
    internal const nint CallFsConfig = 431;
    internal const nint CallFsMount = 432;
    internal const nint CallCloseRange = 436;
    internal const nint CallOpenAt2 = 437;
    internal const nint CallMountSetAttributes = 442;
    internal const nint CallStatMount = 457;
    internal const nint CallListMount = 458;

    internal const ulong ResolveNoMagicLinks = 2;
    internal const ulong ResolveNoLinks = 4;
    internal const ulong ResolveBeneath = 8;
    internal const ulong ResolveInRoot = 16;

    internal const int UnlinkDirectory = 0x200;
    internal const int SetDumpable = 4;

    /// <summary>struct open_how.</summary>
    internal struct OpenHow
    {
        internal ulong Flags;
        internal ulong Mode;
        internal ulong Resolve;
    }

    /// <summary>struct mount_attr.</summary>
    internal struct MountAttributes
    {
        internal ulong Set;
        internal ulong Clear;
        internal ulong Propagation;
        internal ulong UserNamespace;
    }

    /// <summary>MNT_ID_REQ_SIZE_VER0: the first four fields.</summary>
    internal const uint MountRequestSize = 24;

    /// <summary>LSMT_ROOT: the mounts below the root of this process.</summary>
    internal const ulong AllMounts = ulong.MaxValue;

    /// <summary>STATMOUNT_SB_BASIC.</summary>
    internal const ulong DescribeFileSystem = 1;

    /// <summary>STATMOUNT_MNT_BASIC.</summary>
    internal const ulong DescribeMount = 2;

    /// <summary>STATMOUNT_MNT_ROOT.</summary>
    internal const ulong DescribeMountRoot = 8;

    /// <summary>struct mnt_id_req.</summary>
    internal struct MountRequest
    {
        internal uint Size;
        internal uint Unused;
        internal ulong Mount;
        internal ulong Parameter;
    }

    /// <summary>struct statmount, as far as it is read, with room for a short text behind it.</summary>
    [StructLayout(LayoutKind.Explicit, Size = TextStart + TextRoom)]
    internal unsafe struct MountDescription
    {
        private const int TextStart = 512;
        private const int TextRoom = 64;

        [FieldOffset(16)] internal uint FileSystemMajor;
        [FieldOffset(20)] internal uint FileSystemMinor;
        [FieldOffset(56)] internal uint Number;
        [FieldOffset(104)] internal uint Root;
        [FieldOffset(TextStart)] private fixed byte _text[TextRoom];

        /// <summary>What of the file system is mounted, if that was asked for.</summary>
        internal readonly ReadOnlySpan<byte> RootText
        {
            get
            {
                ReadOnlySpan<byte> text = MemoryMarshal.CreateReadOnlySpan(in _text[0], TextRoom)[(int)Math.Min(Root, TextRoom)..];
                int end = text.IndexOf((byte)0);
                return end < 0 ? text : text[..end];
            }
        }
    }

    /// <summary>struct statfs, the same on x86-64 and arm64, as far as it is read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 120)]
    internal struct FileSystemStatus
    {
        [FieldOffset(0)] internal long Type;
        [FieldOffset(80)] internal long Flags;
    }

    // The arguments of a variadic function that are integers or pointers travel like those of any other on x86-64 and on arm64 Linux.
    [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e);

    [LibraryImport(Library, EntryPoint = "fstatfs", SetLastError = true)]
    internal static unsafe partial int FileSystem(int fd, FileSystemStatus* status);

    [LibraryImport(Library, EntryPoint = "chmod", SetLastError = true)]
    internal static unsafe partial int ChangeModeOf(byte* path, UnixFileMode mode);

    /// <summary>"/proc/self/fd/N" with its final NUL: the way from a path-only descriptor to the file itself.</summary>
    internal static int WriteDescriptorPath(Span<byte> into, int fd)
    {
        "/proc/self/fd/"u8.CopyTo(into);
        _ = System.Buffers.Text.Utf8Formatter.TryFormat(fd, into[14..], out int digits);
        into[14 + digits] = 0;
        return 14 + digits;
    }
}
