namespace GpuContainers.Linux.SystemCalls;

/// <content>fcntl.h, unistd.h: opening, reading, writing.</content>
internal static partial class Libc
{
    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int NoControllingTerminal = 0x100;
    internal const int Append = 0x400;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;
    internal const int PathOnly = 0x200000;
    internal const int KeepSize = 1;

    /// <summary>O_DIRECTORY, one of the few flags whose value differs between x86-64 and arm64 (asm/fcntl.h).</summary>
    internal static readonly int Directory = IsArm ? 0x4000 : 0x10000;

    /// <summary>O_NOFOLLOW (see <see cref="Directory"/>).</summary>
    internal static readonly int NoFollow = IsArm ? 0x8000 : 0x20000;
    internal static readonly int NewFile = WriteOnly | Create | Exclusive | NoFollow;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    [LibraryImport(Library, EntryPoint = "openat", SetLastError = true)]
    internal static unsafe partial int OpenAt(int folder, byte* path, int flags, UnixFileMode mode);

    [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int fd);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    internal static unsafe partial nint Read(int fd, byte* buffer, nuint count);

    [LibraryImport(Library, EntryPoint = "readv", SetLastError = true)]
    internal static unsafe partial nint ReadBuffers(int fd, Buffer* buffers, int count);

    [LibraryImport(Library, EntryPoint = "pread", SetLastError = true)]
    internal static unsafe partial nint ReadAt(int fd, byte* buffer, nuint count, long offset);

    [LibraryImport(Library, EntryPoint = "write", SetLastError = true)]
    internal static unsafe partial nint Write(int fd, byte* buffer, nuint count);

    /// <summary>LOCK_EX.</summary>
    internal const int LockExclusive = 2;

    /// <summary>LOCK_NB.</summary>
    internal const int LockNonBlocking = 4;

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    internal static partial int Lock(int fd, int operation);

    [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(int fd);

    [LibraryImport(Library, EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int TruncateTo(int fd, long length);

    [LibraryImport(Library, EntryPoint = "fallocate", SetLastError = true)]
    internal static partial int Reserve(int fd, int flags, long offset, long length);

    [LibraryImport(Library, EntryPoint = "readlinkat", SetLastError = true)]
    internal static unsafe partial nint ReadLinkAt(int folder, byte* path, byte* buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "mkdirat", SetLastError = true)]
    internal static unsafe partial int MakeDirectoryAt(int folder, byte* path, UnixFileMode mode);

    [LibraryImport(Library, EntryPoint = "symlinkat", SetLastError = true)]
    internal static unsafe partial int MakeLinkAt(byte* target, int folder, byte* path);

    [LibraryImport(Library, EntryPoint = "renameat", SetLastError = true)]
    internal static unsafe partial int RenameAt(int oldFolder, byte* oldPath, int newFolder, byte* newPath);

    /// <summary>RENAME_NOREPLACE.</summary>
    internal const uint RenameNoReplace = 1;

    [LibraryImport(Library, EntryPoint = "renameat2", SetLastError = true)]
    internal static unsafe partial int RenameAt2(int oldFolder, byte* oldPath, int newFolder, byte* newPath, uint flags);

    /// <summary>AT_REMOVEDIR.</summary>
    internal const int RemoveDirectory = 0x200;

    [LibraryImport(Library, EntryPoint = "unlinkat", SetLastError = true)]
    internal static unsafe partial int UnlinkAt(int folder, byte* path, int flags);

    [LibraryImport(Library, EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int ChangeMode(int fd, UnixFileMode mode);

    [LibraryImport(Library, EntryPoint = "fchown", SetLastError = true)]
    internal static partial int ChangeOwner(int fd, uint uid, uint gid);

    [LibraryImport(Library, EntryPoint = "fgetxattr", SetLastError = true)]
    internal static unsafe partial nint GetAttribute(int fd, byte* name, byte* value, nuint size);

    [LibraryImport(Library, EntryPoint = "fsetxattr", SetLastError = true)]
    internal static unsafe partial int SetAttribute(int fd, byte* name, byte* value, nuint size, int flags);

    [LibraryImport(Library, EntryPoint = "ioctl", SetLastError = true)]
    internal static unsafe partial int DeviceControl(int fd, nuint request, void* argument);

    [LibraryImport(Library, EntryPoint = "flistxattr", SetLastError = true)]
    internal static unsafe partial nint ListAttributes(int fd, byte* names, nuint size);

    [LibraryImport(Library, EntryPoint = "fremovexattr", SetLastError = true)]
    internal static unsafe partial int RemoveAttribute(int fd, byte* name);

    /// <summary>getdents64(2); the function of this name is newer than glibc 2.28 (IN-124).</summary>
    internal static unsafe nint ReadDirectory(int fd, byte* buffer, nuint size) => SystemCall(IsArm ? 61 : 217, fd, (nint)buffer, (nint)size, 0, 0);

    [LibraryImport(Library, EntryPoint = "realpath", SetLastError = true)]
    internal static unsafe partial byte* RealPath(byte* path, byte* resolved);

    [LibraryImport(Library, EntryPoint = "umask")]
    internal static partial UnixFileMode SetCreationMask(UnixFileMode mask);

    [LibraryImport(Library, EntryPoint = "getrandom", SetLastError = true)]
    internal static unsafe partial nint GetRandom(byte* buffer, nuint count, uint flags);

    /// <summary>F_DUPFD_CLOEXEC.</summary>
    internal const int DuplicateCloseOnExec = 1030;

    /// <summary>F_SETFD.</summary>
    internal const int SetDescriptorFlags = 2;

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Control(int fd, int command, nint argument);

    internal const int EmptyPath = 0x1000;
    internal const int LinkNoFollow = 0x100;

    /// <summary>Type, mode, owner, inode, size, times and the mount's number (STATX_BASIC_STATS | STATX_MNT_ID).</summary>
    internal const uint StatusFields = 0x7ff | 0x1000;

    /// <summary>STATX_ATTR_MOUNT_ROOT, of the attributes.</summary>
    internal const ulong IsMountRoot = 0x2000;

    /// <summary>struct statx, as far as it is read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct StatusBuffer
    {
        [FieldOffset(0x08)] internal ulong Attributes;
        [FieldOffset(0x10)] internal uint Links;
        [FieldOffset(0x14)] internal uint Uid;
        [FieldOffset(0x18)] internal uint Gid;
        [FieldOffset(0x1c)] internal ushort Mode;
        [FieldOffset(0x20)] internal ulong Inode;
        [FieldOffset(0x28)] internal ulong Size;
        [FieldOffset(0x70)] internal long ModifiedSeconds;
        [FieldOffset(0x78)] internal uint ModifiedNanoseconds;
        [FieldOffset(0x80)] internal uint DeviceMajor;
        [FieldOffset(0x84)] internal uint DeviceMinor;
        [FieldOffset(0x88)] internal uint FileSystemMajor;
        [FieldOffset(0x8c)] internal uint FileSystemMinor;
        [FieldOffset(0x90)] internal ulong MountId;
    }

    [LibraryImport(Library, EntryPoint = "statx", SetLastError = true)]
    internal static unsafe partial int Status(int folder, byte* path, int flags, uint mask, StatusBuffer* status);
}
