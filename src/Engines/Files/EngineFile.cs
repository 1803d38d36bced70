namespace GpuContainers.Engines.Files;

/// <summary>A configuration file as it was when it was read.</summary>
public sealed class EngineFile
{
    private const long Limit = 16 << 20;

    private readonly FileStatus? _status;

    private EngineFile(string path, bool isDropIn, byte[]? content, FileStatus? status)
    {
        Path = path;
        Target = AtomicFile.Target(path);
        IsDropIn = isDropIn;
        Content = content;
        _status = status;
        Metadata = status is null ? null : FileMetadata.Read(Target);
    }

    /// <summary>Where it lies; links are followed.</summary>
    public string Path { get; }

    /// <summary>The file that the path led to when it was read: the path itself, or the end of a chain of links, which may be missing.</summary>
    public string Target { get; }

    /// <summary>Whether the engine reads every file of its folder.</summary>
    public bool IsDropIn { get; }

    /// <summary>What it held; null when it was missing.</summary>
    public byte[]? Content { get; }

    /// <summary>Its mode, owner and attributes; null when it was missing or they cannot be read.</summary>
    public FileMetadata? Metadata { get; }

    /// <summary>Its status when it was read; null when it was missing.</summary>
    internal FileStatus? Status => _status;

    /// <summary>Reads a file; a missing one is not an error.</summary>
    /// <param name="path">Where it lies.</param>
    /// <param name="isDropIn">Whether the engine reads every file of its folder.</param>
    /// <exception cref="LinuxException">It cannot be read; the message reads like "read /etc/x: is a directory".</exception>
    public static EngineFile Read(string path, bool isDropIn = false)
    {
        // The look comes before the reading: a change between the two is then noticed when the file is written.
        if (HostFile.TryStatus(path, followLinks: true, out FileStatus status, out Errno error))
            return new EngineFile(path, isDropIn, HostFile.ReadAll(path, Limit), status);
        return error == Errno.ENOENT ? new EngineFile(path, isDropIn, null, null) : throw new LinuxException(error, "open", path);
    }

    /// <summary>The file as a source of the current configuration.</summary>
    public SourceText ToSource() => new(Path, Content);

    /// <summary>Makes sure that nobody has changed, made or removed the file since it was read, and that no third user's link leads to it.</summary>
    /// <exception cref="EngineException">Somebody has, or one does.</exception>
    internal void RequireUnchanged()
    {
        bool exists = HostFile.TryStatus(Path, followLinks: true, out FileStatus now);
        if (exists != _status.HasValue || (exists && !now.IsSameContent(_status!.Value)))
            throw new EngineException($"{Path} was changed by someone else since it was read; nothing was written, run the command again");
        try
        {
            TrustedPath.RequireOwnLinks(Path);
        }
        catch (ForeignLinkException refused)
        {
            throw new EngineException(refused.Message, refused);
        }
    }
}
