using GpuContainers.Engines;
using GpuContainers.Engines.Containerd;
using GpuContainers.Engines.Crio;
using GpuContainers.Engines.Docker;
using GpuContainers.Engines.Files;
using GpuContainers.Installer.Lifecycle;
using GpuContainers.Installer.Settings;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Installer.Setup;

/// <summary>The files of an engine's configuration: read, written with a backup, and remembered for later runs.</summary>
/// <param name="settings">Which files.</param>
/// <param name="toolkitDir">The folder of the installed programs, where things are remembered.</param>
internal sealed class EngineFiles(EngineSettings settings, string toolkitDir)
{
    private readonly InstallState _state = new(toolkitDir, settings.Engine);

    /// <summary>The folder of backups.</summary>
    public BackupFolder Backups => new(LexicalPath.Join(toolkitDir, InstallState.FolderName, InstallState.BackupsName));

    /// <summary>Reads the current configuration.</summary>
    /// <param name="from">The settings with the sources to read.</param>
    /// <exception cref="EngineException">It has faults.</exception>
    public IEngineConfig Load(EngineSettings from)
    {
        Engine engine = settings.Engine;
        var request = new EngineRequest(engine.ConfigPath)
        {
            DropInPath = engine.DropInPath,
            RuntimeType = settings.RuntimeType,
            UseLegacyConfig = settings.UsesLegacyConfig,
            ContainerAnnotations = settings.ContainerAnnotations,
            HostFolders = HostFolders(),
            RemembersDefault = true,
        };
        return engine.Name switch
        {
            "docker" => LoadDocker(request),
            "crio" => CrioConfig.Load(request with { Source = ConfigSources.Find(from) }),
            _ => ContainerdConfig.Load(request with { Source = ConfigSources.Find(from) }),
        };
    }

    /// <summary>Whether the engine runs with these contents already: they were in place when this program restarted it last.</summary>
    public bool IsApplied(IReadOnlyList<FileChange> files) => _state.Read().Applied == InstallState.Digest(files);

    /// <summary>Remembers that the engine was restarted with these contents.</summary>
    public void RememberApplied(IReadOnlyList<FileChange> files) => _state.Write(_state.Read() with { Applied = InstallState.Digest(files) });

    /// <summary>The backup that leads back to what the files held before this program changed them first; null for none.</summary>
    public Backup? Backup => Backups.Fitting(settings.Engine.Name, settings.Engine.ConfigPath);

    /// <summary>Docker's default runtime before the toolkit's first change; of an interrupted run as well.</summary>
    public static string RememberedDefault(IEngineConfig config)
    {
        if (config is not DockerConfig docker)
            return "";
        return docker.DefaultBefore ?? docker.Default;
    }

    /// <summary>Gives Docker the default back that it had, if that runtime still exists.</summary>
    public void RestoreDefault(DockerConfig config)
    {
        string before = _state.Read().DefaultBefore;
        if (before.Length > 0 && config.HasRuntime(before))
            config.UpdateDefault("set", before);
    }

    /// <summary>The changes with the drop-in deleted, which is the toolkit's as a whole.</summary>
    public IReadOnlyList<FileChange> WithoutDropIn(IReadOnlyList<FileChange> files) =>
        [.. files.Select(file => settings.Engine.DropInPath.Length > 0 && file.File.Path == settings.Engine.DropInPath ? file with { Content = null } : file)];

    /// <summary>Writes the files, all or none, with a backup of what they held before this program changed them first.</summary>
    /// <param name="changes">The files that change.</param>
    /// <param name="before">Docker's default runtime before, empty for none; null to remember what is remembered.</param>
    /// <exception cref="EngineException">Nothing was changed.</exception>
    public void Write(ChangeSet changes, string? before)
    {
        // From now until the restart the engine does not run with what the files say.
        _state.Write(new EngineState("", before ?? _state.Read().DefaultBefore));
        Backups.Apply(settings.Engine.Name, settings.Engine.ConfigPath, changes, keepsFirst: true);
    }

    private DockerConfig LoadDocker(EngineRequest request)
    {
        var config = DockerConfig.Load(request);
        if (EngineRuntimes.All(settings.RuntimeName, toolkitDir).Any(runtime => runtime.Name == config.Default))
            config.DefaultBefore = _state.Read().DefaultBefore;
        return config;
    }

    private Dictionary<string, string> HostFolders()
    {
        Dictionary<string, string> folders = [];
        if (settings.DropInHostPath.Length > 0)
            folders[LexicalPath.Parent(settings.Engine.DropInPath)] = LexicalPath.Parent(settings.DropInHostPath);
        return folders;
    }
}
