namespace GpuContainers.Engines.Files;

/// <summary>One file of a backup.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Before">Its content before the change; null when it did not exist.</param>
/// <param name="After">Its content after the change; null when it was removed.</param>
public sealed record BackupFile(string Path, byte[]? Before, byte[]? After);
