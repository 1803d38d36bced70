using GpuContainers.Engines;
using GpuContainers.Engines.Containerd;
using GpuContainers.Engines.Crio;
using GpuContainers.Engines.Docker;
using GpuContainers.Engines.Files;
using GpuContainers.Engines.Sources;
using GpuContainers.Installer.Toolkit;

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

/// <summary>Where the engine's current configuration is read.</summary>
internal static class ConfigSources
{
    private static readonly SourceText s_nothing = new("no configuration source", null);

    /// <summary>The first source that loads; null stands for the top-level file itself.</summary>
    /// <exception cref="EngineException">There is no such source, or none loads; the message has a line for each.</exception>
    /// <exception cref="LinuxException">A file cannot be read.</exception>
    public static SourceText? Find(EngineSettings settings)
    {
        var failures = new List<string>();
        foreach (string source in settings.Sources)
        {
            try
            {
                return Load(source, settings);
            }
            // An unknown word is a mistake of whoever wrote it, not a source that happens to fail.
            catch (EngineException failure) when (failure.Reason == EngineFault.Command)
            {
                failures.Add(failure.Message);
            }
        }
        if (failures.Count > 0)
            throw new EngineException(EngineFault.Command, string.Join('\n', failures));
        return s_nothing;
    }

    private static SourceText? Load(string source, EngineSettings settings)
    {
        int equals = source.IndexOf('=', StringComparison.Ordinal);
        string kind = equals < 0 ? source : source[..equals].TrimEnd();
        string argument = equals < 0 ? "" : source[(equals + 1)..].TrimStart();
        switch (kind)
        {
            case "file":
                return argument.Length == 0 ? null : EngineFile.Read(argument).ToSource();
            case "command":
                if (argument.Length > 0)
                    Log.Warning($"Ignoring the argument {argument} of the config source command; name the engine's program with --executable-path");
                return Ask(settings);
            default:
                throw new EngineException($"unsupported config source \"{kind}\"; use command, file or file=FILE");
        }
    }

    private static SourceText Ask(EngineSettings settings) =>
        settings.Engine == Engine.Crio ? SourceCommand.Crio(settings.Program, settings.HostRoot) : SourceCommand.Containerd(settings.Program,
            settings.HostRoot);
}

/// <summary>The runtimes that an engine gets.</summary>
internal static class EngineRuntimes
{
    private const string Usual = "nvidia";

    /// <summary>Their names and programs, always in the same order.</summary>
    /// <param name="name">The name that was asked for.</param>
    /// <param name="toolkitDir">The folder of the installed programs.</param>
    public static IReadOnlyList<(string Name, string Program)> All(string name, string toolkitDir)
    {
        string program = LexicalPath.Join(toolkitDir, ToolkitProgram.Runtime);
        (string, string)[] fixedNames = [("nvidia-cdi", program + ".cdi"), ("nvidia-legacy", program + ".legacy")];
        bool isFixed = fixedNames.Any(runtime => runtime.Item1 == name);
        return [(isFixed ? Usual : name, program), .. fixedNames];
    }
}
