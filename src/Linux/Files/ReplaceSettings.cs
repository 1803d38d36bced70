namespace GpuContainers.Linux.Files;

/// <summary>How <see cref="AtomicFile.Replace"/> goes about it.</summary>
public sealed record ReplaceSettings
{
    /// <summary>The mode of a file that did not exist, less the umask.</summary>
    public UnixFileMode NewFileMode { get; init; } = FileModes.SharedFile;

    /// <summary>Mode, owner and attributes of a file that did not exist, instead of <see cref="NewFileMode"/>; null for none.</summary>
    public FileMetadata? NewFileMetadata { get; init; }

    /// <summary>If given: the replacement fails with EAGAIN when the file is no longer the one this status was taken of.</summary>
    public FileStatus? UnchangedSince { get; init; }

    /// <summary>
    /// Whether somebody reads every file of the directory: the temporary file is then made in the directory above, where that is possible.
    /// </summary>
    public bool IsInReadFolder { get; init; }

    /// <summary>Whether the file is replaced even if its owner and attributes are lost by that and it cannot be written in place either.</summary>
    public bool MayLoseMetadata { get; init; }
}
