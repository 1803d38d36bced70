using GpuContainers.Engines;
using GpuContainers.Engines.Crio;
using GpuContainers.Engines.Docker;
using GpuContainers.Engines.Files;
using GpuContainers.Engines.Hooks;
using GpuContainers.Installer.Restart;

namespace GpuContainers.Installer.Setup;

/// <summary>The engine's configuration: what is added at the start and taken back at the end.</summary>
/// <param name="settings">What is asked for.</param>
/// <param name="toolkitDir">The folder of the installed programs.</param>
/// <param name="restart">Tells the engine of its new configuration.</param>
/// <param name="interruption">Keeps signals away while files are written.</param>
/// <param name="report">Takes notes of what was done.</param>
internal sealed class EngineSetup(EngineSettings settings, string toolkitDir, EngineRestart restart, Interruption interruption, RunReport report)
{
    private const string ProgramName = "nvidia-ctk-installer";

    private readonly EngineFiles _files = new(settings, toolkitDir);

    private string Name => settings.Engine.Name;

    private bool IsCrio => settings.Engine == Engine.Crio;

    /// <summary>Step 2: the executables of the low-level runtimes that the engine knows, followed by the usual names.</summary>
    /// <exception cref="ToolkitException">The engine's configuration cannot be read.</exception>
    public IReadOnlyList<string> LowLevelRuntimes() => [.. Load().LowLevelRuntimePaths(), "runc", "crun"];

    /// <summary>Step 4: adds the runtimes, or the hook, and lets the engine know.</summary>
    /// <exception cref="ToolkitException">A file cannot be read or written, or the engine cannot be told.</exception>
    public void SetUp()
    {
        if (settings.UsesHook)
        {
            AddHook();
            return;
        }
        Log.Info($"Starting 'setup' for {ProgramName}");
        IEngineConfig config = Load();
        string before = EngineFiles.RememberedDefault(config);
        IReadOnlyList<FileChange> files = ToolkitException.During("unable to update config", () => AddRuntimes(config));
        Log.Info(IsCrio ? "Updating config file" : $"Flushing config to {files[0].File.Path}");
        Finish(files, before);
        if (!IsCrio)
            Log.Info($"Completed 'setup' for {ProgramName}");
    }

    /// <summary>Step 8: takes back what <see cref="SetUp"/> added.</summary>
    /// <exception cref="ToolkitException">A file cannot be read or written, or the engine cannot be told.</exception>
    public void CleanUp()
    {
        if (settings.UsesHook)
        {
            RemoveHook();
            return;
        }
        // CRI-O keeps the runtimes, so that pods with an explicit handler survive.
        if (IsCrio && !settings.SetsDefault)
            return;
        Log.Info(IsCrio ? "Reverting config file modifications" : $"Starting 'cleanup' for {ProgramName}");
        IReadOnlyList<FileChange> files = ToolkitException.During("unable to update config", RemoveRuntimes);
        if (!IsCrio && files.Any(file => file.Content is null))
            Log.Info("Config file is empty, removed");
        Finish(files, before: null);
        if (!IsCrio)
            Log.Info($"Completed 'cleanup' for {ProgramName}");
    }

    /// <summary>Gives the engine's files back what they held before this program changed them first.</summary>
    /// <exception cref="ToolkitException">There is no backup, or somebody changed a file since.</exception>
    public void Undo()
    {
        Backup backup = _files.Backup ?? throw new ToolkitException($"there is no backup that fits what {settings.Engine.ConfigPath} and its drop-in hold now; "
            + "nothing was changed: name the file that was configured with --config, or edit it by hand");
        ChangeSet changes = backup.Undo();
        interruption.Hold(() =>
        {
            changes.Apply();
            backup.RemoveFolders();
        });
        report.EngineFiles = [.. changes.Changes.Select(change => (change.File.Path, change.Content is null))];
        foreach (FileChange change in changes.Changes)
            Log.Info(change.Content is null ? $"Removed {change.File.Path}" : $"Restored {change.File.Path}");
        // Also where the files are right already: then a run before this one ended before the engine knew. As long as the backup is there, it is not done.
        ToolkitException.During($"unable to restart {Name}", restart.Run);
        report.Restarted = settings.RestartMode != RestartMode.None;
        backup.Delete();
    }

    private IEngineConfig Load() => ToolkitException.During($"unable to load {Name} config", () => _files.Load(settings));

    private IReadOnlyList<FileChange> AddRuntimes(IEngineConfig config)
    {
        foreach ((string name, string program) in EngineRuntimes.All(settings.RuntimeName, toolkitDir))
            config.AddRuntime(name, program, asDefault: settings.SetsDefault && name == settings.RuntimeName);
        if (settings.EnablesCdi)
            config.EnableCdi();
        return config.Changes();
    }

    private IReadOnlyList<FileChange> RemoveRuntimes()
    {
        if (IsCrio)
        {
            var dropIn = CrioConfig.LoadDropIn(settings.Engine.DropInPath.Length > 0 ? settings.Engine.DropInPath : settings.Engine.ConfigPath);
            dropIn.UpdateDefault("unset", settings.RuntimeName);
            return dropIn.Changes();
        }
        // The file says what is there to be removed, also when the engine itself does not run.
        IEngineConfig config = _files.Load(settings with { Sources = ["file"] });
        bool wasDefault = config is DockerConfig { DefaultBefore: not null };
        foreach ((string name, _) in EngineRuntimes.All(settings.RuntimeName, toolkitDir))
            config.RemoveRuntime(name);
        if (wasDefault)
            _files.RestoreDefault((DockerConfig)config);
        return _files.WithoutDropIn(config.Changes());
    }

    // IN-72, and better: an engine that already runs with this configuration is left alone.
    private void Finish(IReadOnlyList<FileChange> files, string? before)
    {
        var changes = new ChangeSet(files);
        if (changes.Changes.Count == 0 && _files.IsApplied(files))
        {
            Log.Info($"Skipping restart of {Name}: it was restarted with this configuration already");
            return;
        }
        interruption.Hold(() => ToolkitException.During("unable to flush config", () => _files.Write(changes, before)));
        report.EngineFiles = [.. changes.Changes.Select(change => (change.File.Path, change.Content is null))];
        ToolkitException.During($"unable to restart {Name}", restart.Run);
        report.Restarted = settings.RestartMode != RestartMode.None;
        if (report.Restarted)
            _files.RememberApplied(files);
    }

    private void AddHook()
    {
        Log.Info("Installing prestart hook");
        string hook = LexicalPath.Join(toolkitDir, Toolkit.ToolkitProgram.RuntimeHook);
        var change = new ChangeSet([OciHookFile.Change(settings.HookFile, hook)]);
        interruption.Hold(() => ToolkitException.During($"error creating hook file '{settings.HookFile}'", () => change.Apply()));
        report.EngineFiles = [.. change.Changes.Select(file => (file.File.Path, false))];
    }

    // CRI-O watches the folder: no restart (IN-65).
    private void RemoveHook()
    {
        Log.Info("Removing prestart hook");
        Errno error = HostFile.Delete(settings.HookFile);
        if (error != Errno.None)
            throw new ToolkitException($"error removing hook file: remove {settings.HookFile}: {error.Describe()}");
        report.EngineFiles = [(settings.HookFile, true)];
    }
}
