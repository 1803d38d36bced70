namespace GpuContainers.Linux.SystemCalls;

/// <content>linux/openat2.h, the mount calls by handle, sys/statfs.h: calls that the C library has no function for, by number (HK-47), and their kin.</content>
internal static partial class Libc
{
    internal const nint CallOpenTree = 428;
    internal const nint CallMoveMount = 429;
    internal const nint CallFsOpen = 430;
    internal const nint CallFsConfig = 431;
    internal const nint CallFsMount = 432;
    internal const nint CallCloseRange = 436;
    internal const nint CallOpenAt2 = 437;
    internal const nint CallMountSetAttributes = 442;

    internal const ulong ResolveNoMagicLinks = 2;
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
