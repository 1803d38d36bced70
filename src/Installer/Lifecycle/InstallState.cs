using System.Security.Cryptography;
using System.Text.Json;
using GpuContainers.Engines;
using GpuContainers.Engines.Files;

namespace GpuContainers.Installer.Lifecycle;

/// <summary>What is remembered about an engine between two runs, in the toolkit's folder.</summary>
/// <param name="toolkitDir">The folder.</param>
/// <param name="engine">The engine with its files.</param>
internal sealed class InstallState(string toolkitDir, Engine engine)
{
    /// <summary>The folder inside the toolkit's that a new installation keeps.</summary>
    public const string FolderName = ".state";

    /// <summary>The folder of backups inside that folder.</summary>
    public const string BackupsName = "backups";

    private const int Limit = 1 << 16;

    private string File => LexicalPath.Join(toolkitDir, FolderName, engine.Name + ".json");

    /// <summary>What distinguishes one content of a set of files from another.</summary>
    public static string Digest(IReadOnlyList<FileChange> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (FileChange file in files)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.File.Path}\0{file.Content?.Length ?? -1}\0"));
            hash.AppendData(file.Content ?? []);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>What was remembered; nothing when there is no file, or one of another form.</summary>
    public EngineState Read()
    {
        if (!HostFile.TryReadAll(File, Limit, out byte[] bytes, out _))
            return EngineState.Nothing;
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return new EngineState(Text(document, "applied"), Text(document, "defaultBefore"));
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            // Then the engine is restarted once more than needed.
            Log.Warning($"{File} is damaged and is written anew: {broken.Message}");
            return EngineState.Nothing;
        }
    }

    /// <summary>Remembers.</summary>
    /// <exception cref="LinuxException">It cannot be written.</exception>
    public void Write(EngineState state)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("applied", state.Applied);
            json.WriteString("defaultBefore", state.DefaultBefore);
            json.WriteEndObject();
        }
        HostDirectory.Create(LexicalPath.Parent(File), FileModes.PrivateFolder);
        AtomicFile.Create(File, stream.ToArray(), FileModes.PrivateFile);
    }

    private static string Text(JsonDocument document, string name) => document.RootElement.TryGetProperty(name,
        out JsonElement value) ? value.GetString() ?? "" : "";
}

/// <summary>What is remembered about an engine.</summary>
/// <param name="Applied">The digest of the contents with which it was restarted last; empty if it was not.</param>
/// <param name="DefaultBefore">Docker's default runtime before the NVIDIA runtime; empty for none.</param>
internal sealed record EngineState(string Applied, string DefaultBefore)
{
    /// <summary>Nothing is remembered.</summary>
    public static EngineState Nothing { get; } = new("", "");
}

/// <summary>Halves of files that a killed run has left where engines or this program look.</summary>
internal static class Leftovers
{
    /// <summary>Removes them; called under the lock, so that no other run can be at work on them.</summary>
    public static void Remove(InstallerSettings settings)
    {
        string state = LexicalPath.Join(settings.ToolkitDir, InstallState.FolderName);
        AtomicFile.RemoveLeftovers(state, areAllDead: true);
        AtomicFile.RemoveLeftovers(LexicalPath.Join(state, InstallState.BackupsName), areAllDead: true);
        AtomicFile.RemoveLeftovers(settings.Toolkit.CdiOutputDir, areAllDead: true);
        if (settings.Engine is not { } engine)
            return;
        foreach (string file in (string[])[engine.Engine.ConfigPath, engine.Engine.DropInPath, engine.HookFile])
        {
            if (file.Length > 0)
                AtomicFile.RemoveLeftovers(LexicalPath.Parent(file), areAllDead: true);
        }
    }
}
