using System.Text;
using GpuContainers.Engines.Files;

namespace GpuContainers.Engines.Tests;

/// <summary>A folder with an engine's files for one test.</summary>
internal sealed class EngineFolder : IDisposable
{
    internal string Path { get; } = Directory.CreateTempSubdirectory("nvct").FullName;

    internal string Config => Path + "/config";

    internal string DropIn => Path + "/conf.d/99-nvidia.toml";

    /// <summary>A request for the top-level file alone.</summary>
    internal EngineRequest InFile => new(Config);

    /// <summary>A request with a drop-in.</summary>
    internal EngineRequest WithDropIn => new(Config) { DropInPath = DropIn };

    /// <summary>Writes the top-level file.</summary>
    internal EngineFolder With(string text)
    {
        File.WriteAllText(Config, text);
        return this;
    }

    /// <summary>Writes a change set and returns the top-level file; null when there is none.</summary>
    internal string? Write(IEngineConfig config)
    {
        new ChangeSet(config.Changes()).Apply();
        return File.Exists(Config) ? File.ReadAllText(Config) : null;
    }

    /// <summary>What a file would hold; null when it would be removed.</summary>
    internal static string? Text(IEngineConfig config, int index = 0) =>
        config.Changes()[index].Content is { } content ? Encoding.UTF8.GetString(content) : null;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
