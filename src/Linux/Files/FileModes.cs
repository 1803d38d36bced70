namespace GpuContainers.Linux.Files;

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
