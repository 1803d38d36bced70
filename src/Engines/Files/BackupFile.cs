using GpuContainers.Linux.Files;

namespace GpuContainers.Engines.Files;

/// <summary>One file of a backup.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Target">The file that was written: the path itself, or what a link led to.</param>
/// <param name="Before">Its content before the change; null when it did not exist.</param>
/// <param name="After">Its content after the change; null when it was removed.</param>
/// <param name="Metadata">Its mode, owner and attributes before the change; null when it did not exist or they are not known.</param>
public sealed record BackupFile(string Path, string Target, byte[]? Before, byte[]? After, FileMetadata? Metadata)
{
    /// <summary>A change that is about to be made.</summary>
    public static BackupFile Of(FileChange change)
    {
        EngineFile file = change.File;
        return new BackupFile(System.IO.Path.GetFullPath(file.Path), System.IO.Path.GetFullPath(file.Target), file.Content, change.Content, file.Metadata);
    }
}
