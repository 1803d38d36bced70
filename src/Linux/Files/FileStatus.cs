namespace GpuContainers.Linux.Files;

/// <summary>What stat(2) says about a file.</summary>
/// <param name="Kind">What sort of thing it is.</param>
/// <param name="Mode">Permission, set-id and sticky bits (07777).</param>
/// <param name="Uid">The owner.</param>
/// <param name="Gid">The group.</param>
/// <param name="Major">The major number of a device node, else 0.</param>
/// <param name="Minor">The minor number of a device node, else 0.</param>
/// <param name="Device">The file system it lies on: major number in the upper 32 bits, minor in the lower.</param>
/// <param name="Inode">Its number on that file system.</param>
/// <param name="Size">Bytes; of a link, the length of its target.</param>
/// <param name="ModifiedNanoseconds">Last change of the content, in nanoseconds since 1970.</param>
/// <param name="MountId">The number of the mount through which it was reached; 0 on kernels before 5.8.</param>
/// <param name="Links">How many names it has; of a directory, 1 where the file system does not count, as in overlays of several directories.</param>
public readonly record struct FileStatus(
    FileKind Kind, UnixFileMode Mode, uint Uid, uint Gid, uint Major, uint Minor, ulong Device, ulong Inode, long Size, long ModifiedNanoseconds, ulong MountId,
    uint Links)
{
    /// <summary>Whether both are one file: device and inode are equal.</summary>
    public bool IsSameFile(in FileStatus other) => Device == other.Device && Inode == other.Inode;

    /// <summary>Whether both are one file that has not been written or replaced between the two looks.</summary>
    public bool IsSameContent(in FileStatus other) =>
        IsSameFile(other) && Size == other.Size && ModifiedNanoseconds == other.ModifiedNanoseconds;

    /// <summary>Whether it is where something is mounted; false when the kernel (before 5.8) does not say.</summary>
    public bool IsMountPoint { get; init; }

    internal static unsafe bool TryRead(int folder, ReadOnlySpan<byte> terminatedPath, int flags, out FileStatus status, out Errno error)
    {
        Libc.StatusBuffer buffer;
        int result;
        fixed (byte* path = terminatedPath)
            result = Libc.Status(folder, path, flags, Libc.StatusFields, &buffer);
        error = result == 0 ? Errno.None : Libc.LastError;
        status = result == 0 ? From(buffer) : default;
        return result == 0;
    }

    private static FileStatus From(in Libc.StatusBuffer s) => new(
        KindOf(s.Mode), (UnixFileMode)(s.Mode & 0b111_111_111_111), s.Uid, s.Gid, s.DeviceMajor, s.DeviceMinor,
        ((ulong)s.FileSystemMajor << 32) | s.FileSystemMinor, s.Inode, (long)s.Size, (s.ModifiedSeconds * 1_000_000_000) + s.ModifiedNanoseconds, s.MountId,
        s.Links)
    {
        IsMountPoint = (s.Attributes & Libc.IsMountRoot) != 0,
    };

    private static FileKind KindOf(uint bits) => (bits & 0xf000) switch
    {
        0x8000 => FileKind.Regular,
        0x4000 => FileKind.Directory,
        0xa000 => FileKind.Link,
        0x1000 => FileKind.Pipe,
        0xc000 => FileKind.Socket,
        0x2000 => FileKind.CharacterDevice,
        0x6000 => FileKind.BlockDevice,
        _ => FileKind.Unknown,
    };
}

/// <summary>What sort of thing a directory entry is.</summary>
public enum FileKind
{
    /// <summary>None of the kinds below.</summary>
    Unknown,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    Link,

    /// <summary>A named pipe.</summary>
    Pipe,

    /// <summary>A socket.</summary>
    Socket,

    /// <summary>A character device.</summary>
    CharacterDevice,

    /// <summary>A block device.</summary>
    BlockDevice,
}

/// <summary>The permissions that files and directories are made with, by what they are for.</summary>
public static class FileModes
{
    /// <summary>Whoever may execute it (0111).</summary>
    public const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>A file that everybody may read and nobody may write (0444).</summary>
    public const UnixFileMode ReadOnlyFile = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>A directory that everybody may read and nobody may write (0555).</summary>
    public const UnixFileMode ReadOnlyFolder = ReadOnlyFile | AnyExecute;

    /// <summary>A file of its owner alone (0600).</summary>
    public const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>A directory of its owner alone (0700).</summary>
    public const UnixFileMode PrivateFolder = PrivateFile | UnixFileMode.UserExecute;

    /// <summary>A file that everybody may read and its owner may write (0644).</summary>
    public const UnixFileMode PublicFile = ReadOnlyFile | UnixFileMode.UserWrite;

    /// <summary>A directory that everybody may read and its owner may write (0755).</summary>
    public const UnixFileMode PublicFolder = ReadOnlyFolder | UnixFileMode.UserWrite;

    /// <summary>A file or device that everybody may read and write (0666).</summary>
    public const UnixFileMode SharedFile = PublicFile | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Every permission of owner, group and others (0777).</summary>
    public const UnixFileMode All = SharedFile | AnyExecute;
}
