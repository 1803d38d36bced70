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

/// <summary>A backup as a JSON file.</summary>
internal static class BackupJson
{
    private const long Limit = 64 << 20;

    /// <summary>The text of a backup.</summary>
    internal static byte[] Write(string engine, string configPath, IReadOnlyList<BackupFile> files, IReadOnlyList<string> folders)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("engine", engine);
            json.WriteString("config", Path.GetFullPath(configPath));
            json.WriteStartArray("files");
            foreach (BackupFile file in files)
                Write(json, file);
            json.WriteEndArray();
            json.WriteStartArray("folders");
            foreach (string folder in folders)
                json.WriteStringValue(folder);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    /// <summary>Reads a backup.</summary>
    /// <exception cref="EngineException">It is damaged.</exception>
    /// <exception cref="GpuContainers.Linux.LinuxException">It cannot be read.</exception>
    internal static Backup Read(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(HostFile.ReadAll(file, Limit));
            JsonElement root = document.RootElement;
            return new Backup(
                file,
                root.GetProperty("engine").GetString()!,
                root.GetProperty("config").GetString()!,
                [.. root.GetProperty("files").EnumerateArray().Select(ReadFile)],
                [.. root.GetProperty("folders").EnumerateArray().Select(folder => folder.GetString()!)]);
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EngineException($"the backup {file} is damaged; delete it and undo by hand", broken);
        }
    }

    private static void Write(Utf8JsonWriter json, BackupFile file)
    {
        json.WriteStartObject();
        json.WriteString("path", file.Path);
        if (file.Target != file.Path)
            json.WriteString("target", file.Target);
        WriteContent(json, "before", file.Before);
        WriteContent(json, "after", file.After);
        if (file.Metadata is { } metadata)
        {
            json.WriteNumber("mode", (int)metadata.Mode);
            json.WriteNumber("uid", metadata.Uid);
            json.WriteNumber("gid", metadata.Gid);
            json.WriteStartObject("attributes");
            foreach (ExtendedAttribute attribute in metadata.Attributes)
                json.WriteBase64String(attribute.Name, attribute.Value);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private static void WriteContent(Utf8JsonWriter json, string name, byte[]? content)
    {
        if (content is null)
            json.WriteNull(name);
        else
            json.WriteBase64String(name, content);
    }

    // Backups of earlier versions know neither a target nor what a file has besides its content.
    private static BackupFile ReadFile(JsonElement entry)
    {
        string path = entry.GetProperty("path").GetString()!;
        string target = entry.TryGetProperty("target", out JsonElement named) ? named.GetString()! : path;
        return new BackupFile(path, target, ReadContent(entry, "before"), ReadContent(entry, "after"), ReadMetadata(entry));
    }

    private static byte[]? ReadContent(JsonElement entry, string name) =>
        entry.GetProperty(name) is { ValueKind: not JsonValueKind.Null } content ? content.GetBytesFromBase64() : null;

    private static FileMetadata? ReadMetadata(JsonElement entry) => !entry.TryGetProperty("mode", out JsonElement mode) ? null
        : new FileMetadata((UnixFileMode)mode.GetInt32(), entry.GetProperty("uid").GetUInt32(), entry.GetProperty("gid").GetUInt32(),
            [.. entry.GetProperty("attributes").EnumerateObject()
                .Select(attribute => new ExtendedAttribute(attribute.Name, attribute.Value.GetBytesFromBase64()))]);
}
