using System.Globalization;
using System.Text.Json;
using GpuContainers.Linux;

namespace GpuContainers.Engines;

/// <summary>
/// The folder of all backups: one JSON file for each command that changed something, numbered in their order. It lies apart from the engines'
/// folders, because CRI-O reads every file that it finds in its own.
/// </summary>
/// <param name="path">The folder; made when the first backup is.</param>
public sealed class BackupFolder(string path)
{
    // Enough to go back a while, and never a growing heap.
    private const int Kept = 16;
    private const long Limit = 64 << 20;
    private const string Suffix = ".json";

    /// <summary>The folder that is used when the user names none: of the machine for root, of the user for others.</summary>
    public static string Usual()
    {
        const string name = "nvidia-container-toolkit/backups";
        if (Environment.IsPrivilegedProcess)
            return "/var/lib/" + name;
        string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        return LexicalPath.Join(string.IsNullOrEmpty(state) ? LexicalPath.Join(Environment.GetEnvironmentVariable("HOME") ?? "/", ".local/state") : state, name);
    }

    /// <summary>Keeps what a set of changes will replace, before it is made. The files may hold secrets, so only the owner can read them.</summary>
    /// <returns>The file of the backup.</returns>
    /// <exception cref="LinuxException">The backup could not be written.</exception>
    public string Save(string engine, string configPath, ChangeSet changes)
    {
        HostDirectory.Create(path, 0x1c0);
        List<int> numbers = Numbers();
        int number = numbers.Count == 0 ? 1 : numbers[^1] + 1;
        WholeFile.Write(File(number), Write(engine, configPath, changes), 0x180, overwrite: false);
        foreach (int old in numbers.Take(numbers.Count + 1 - Kept))
            _ = HostFile.Delete(File(old));
        return File(number);
    }

    /// <summary>The latest backup of an engine's configuration, or null.</summary>
    /// <exception cref="EngineException">A backup cannot be read.</exception>
    public Backup? Latest(string engine, string configPath) =>
        Enumerable.Reverse(Numbers()).Select(number => Read(File(number))).FirstOrDefault(backup => backup.Engine == engine && backup.ConfigPath == Path.GetFullPath(configPath));

    private string File(int number) => LexicalPath.Join(path, number.ToString("d6", CultureInfo.InvariantCulture) + Suffix);

    private List<int> Numbers()
    {
        if (!HostDirectory.TryNames(path, out IReadOnlyList<string> names, out Errno error) && error != Errno.ENOENT)
            throw new LinuxException(error, "open", path);
        return [.. names.Select(NumberOf).Where(number => number > 0).Order()];
    }

    private static int NumberOf(string name) =>
        name.EndsWith(Suffix, StringComparison.Ordinal) && int.TryParse(name[..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;

    private static byte[] Write(string engine, string configPath, ChangeSet changes)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("engine", engine);
            json.WriteString("config", Path.GetFullPath(configPath));
            json.WriteStartArray("files");
            foreach (FileChange change in changes.Changes)
            {
                json.WriteStartObject();
                json.WriteString("path", Path.GetFullPath(change.File.Path));
                WriteContent(json, "before", change.File.Content);
                WriteContent(json, "after", change.Content);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("folders");
            foreach (string folder in changes.MissingFolders())
                json.WriteStringValue(folder);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        stream.WriteByte((byte)'\n');
        return stream.ToArray();
    }

    private static void WriteContent(Utf8JsonWriter json, string name, byte[]? content)
    {
        if (content is null)
            json.WriteNull(name);
        else
            json.WriteBase64String(name, content);
    }

    private static Backup Read(string file)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(HostFile.ReadAll(file, Limit));
            JsonElement root = document.RootElement;
            return new Backup(
                file,
                root.GetProperty("engine").GetString()!,
                root.GetProperty("config").GetString()!,
                [.. root.GetProperty("files").EnumerateArray().Select(entry => new BackupFile(entry.GetProperty("path").GetString()!, ReadContent(entry, "before"), ReadContent(entry, "after")))],
                [.. root.GetProperty("folders").EnumerateArray().Select(folder => folder.GetString()!)]);
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new EngineException(EngineFault.Backup, $"the backup {file} is damaged ({broken.Message}); delete it and undo by hand", broken);
        }
    }

    private static byte[]? ReadContent(JsonElement entry, string name) =>
        entry.GetProperty(name) is { ValueKind: not JsonValueKind.Null } content ? content.GetBytesFromBase64() : null;
}
