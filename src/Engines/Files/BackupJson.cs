namespace GpuContainers.Engines.Files;

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
