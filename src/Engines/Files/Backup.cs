namespace GpuContainers.Engines.Files;

/// <summary>What one command changed, so that it can be taken back.</summary>
/// <param name="Location">The file that holds it.</param>
/// <param name="Engine">The engine's name.</param>
/// <param name="ConfigPath">The top-level configuration file that was configured.</param>
/// <param name="Files">Each file with its content before and after; null for a file that did not exist.</param>
/// <param name="Folders">The folders that were made, outermost first.</param>
public sealed record Backup(string Location, string Engine, string ConfigPath, IReadOnlyList<BackupFile> Files, IReadOnlyList<string> Folders)
{
    /// <summary>The changes that give every file its earlier content.</summary>
    /// <exception cref="EngineException">A file is neither as it was before nor as it was left: someone changed it since.</exception>
    public ChangeSet Undo() => new(Files.Reverse().Select(Undo));

    /// <summary>Whether every file is as it was before the command or as it was left: then it can be taken back, and what follows can be added to it.</summary>
    public bool Fits() => Files.All(backup => EngineFile.Read(backup.Target).Content is var now && (Same(now, backup.Before) || Same(now, backup.After)));

    /// <summary>Removes the folders that the command made, if nothing else is in them.</summary>
    public void RemoveFolders()
    {
        foreach (string folder in Folders.Reverse().Where(folder => Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any()))
            Directory.Delete(folder);
    }

    /// <summary>Forgets the backup.</summary>
    public void Delete() => _ = HostFile.Delete(Location);

    private FileChange Undo(BackupFile backup)
    {
        EngineFile file = EngineFile.Read(backup.Target, isDropIn: backup.Path != ConfigPath);
        // A file that was put back already, by hand or by an undo that was interrupted, is as it shall be.
        if (!Same(file.Content, backup.Before) && !Same(file.Content, backup.After))
        {
            throw new EngineException(
                $"{backup.Path} was changed after nvidia-ctk wrote it, so the earlier content cannot be put back without losing that change; "
                + $"edit the file by hand, or delete {Location} to give up the undo");
        }
        return new FileChange(file, backup.Before) { NewFileMetadata = backup.Metadata };
    }

    private static bool Same(byte[]? left, byte[]? right) => left is null ? right is null : right is not null && left.AsSpan().SequenceEqual(right);
}

/// <summary>One file of a backup.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Target">The file that was written: the path itself, or what a link led to.</param>
/// <param name="Before">Its content before the change; null when it did not exist.</param>
/// <param name="After">Its content after the change; null when it was removed.</param>
/// <param name="Metadata">Its mode, owner and attributes before the change; null when it did not exist or they are not known.</param>
public sealed record BackupFile(string Path, string Target, byte[]? Before, byte[]? After, FileMetadata? Metadata)
{
    /// <summary>A change that is about to be made.</summary>
    public static BackupFile From(FileChange change)
    {
        EngineFile file = change.File;
        return new BackupFile(System.IO.Path.GetFullPath(file.Path), System.IO.Path.GetFullPath(file.Target), file.Content, change.Content, file.Metadata);
    }
}
