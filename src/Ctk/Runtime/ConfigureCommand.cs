using System.Text.RegularExpressions;
using GpuContainers.Engines;
using GpuContainers.Engines.Containerd;
using GpuContainers.Engines.Crio;
using GpuContainers.Engines.Docker;
using GpuContainers.Engines.Files;
using GpuContainers.Engines.Sources;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Ctk.Runtime;

/// <summary><c>runtime configure</c>: adds the NVIDIA runtime to an engine's configuration, or takes that back.</summary>
internal static class ConfigureCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create() => new("configure", "Add the NVIDIA runtime to the configuration of a container engine")
    {
        Run = Run,
        Operands = "ENGINE",
        OperandChoices = [.. Engine.All.Select(engine => engine.Name)],
        Details = "The engine is containerd, crio or docker, as a word or with --runtime. Podman needs none of this: it takes CDI devices as it is.\n\n"
            + "Only the settings of the NVIDIA runtime are changed: comments, order and all other settings of the files stay. Nothing is written "
            + "when a file cannot be read or was changed by someone else meanwhile. The engine is not restarted.\n"
            + "Each change leaves a backup, so that --undo can put the earlier content back.",
        Examples =
        [
            new Example("see what would change for Docker", "nvidia-ctk runtime configure --runtime=docker --diff"),
            new Example("let Docker run GPU containers", "nvidia-ctk runtime configure --runtime=docker"),
            new Example("make it the default of Kubernetes' containerd, with CDI",
                "nvidia-ctk runtime configure --runtime=containerd --set-as-default --cdi.enabled"),
            new Example(
                "start from what containerd says its configuration is", "nvidia-ctk runtime configure --runtime=containerd --config-source=command"),
            new Example("rootless Docker", "nvidia-ctk runtime configure --runtime=docker --config=$HOME/.config/docker/daemon.json"),
            new Example("take back the latest change", "nvidia-ctk runtime configure --runtime=containerd --undo"),
            new Example("leave no trace in any engine's configuration", "nvidia-ctk runtime configure --undo --all"),
        ],
        Options = ConfigureFlags.All,
    };

    private static int Run(Invocation invocation)
    {
        if (invocation.Get(ConfigureFlags.Undo))
            return invocation.Get(ConfigureFlags.Everything) ? ConfigureUndo.RunAll(invocation) : ConfigureUndo.Run(invocation);
        if (ConfigureHook.IsWanted(invocation))
            return ConfigureHook.Run(invocation);
        ConfigureSettings settings = ConfigureSettings.From(invocation);
        InstalledEngine.Check(settings.Engine, invocation.Get(ConfigureFlags.Executable), settings.EnableCdi);
        string name = settings.Engine.Name;
        // Everything is read and worked out before the first file is written (CT-30, CT-32, CT-88).
        IEngineConfig config = ToolkitException.During($"unable to load config for runtime {name}", () => Load(settings));
        IReadOnlyList<FileChange> files = ToolkitException.During("unable to update config", () => Update(config, settings));
        var output = new ConfigureOutput(invocation, settings.Engine);
        if (invocation.Get(ConfigureFlags.Diff))
            return output.PrintDiff(new ChangeSet(files));
        if (invocation.Get(ConfigureFlags.DryRun))
            return output.PrintDocuments(files);
        return ToolkitException.During("unable to flush config", () => output.Write(files));
    }

    private static IEngineConfig Load(ConfigureSettings settings)
    {
        var request = new EngineRequest(settings.Engine.ConfigPath) { DropInPath = settings.Engine.DropInPath };
        switch (settings.Engine.Name)
        {
            case "docker":
                return DockerConfig.Load(request);
            case "crio":
                return CrioConfig.Load(request with { Source = settings.FromCommand ? SourceCommand.Crio(settings.Program) : null });
            default:
                return ContainerdConfig.Load(request with { Source = settings.FromCommand ? SourceCommand.Containerd(settings.Program) : null });
        }
    }

    private static IReadOnlyList<FileChange> Update(IEngineConfig config, ConfigureSettings settings)
    {
        config.AddRuntime(settings.RuntimeName, settings.RuntimePath, settings.AsDefault);
        if (settings.EnableCdi)
            config.EnableCdi();
        return config.Changes();
    }
}

/// <summary>
/// The engine as it is installed. Configuring before installing is usual, so a missing or old one is a warning, never an error (CT-198).
/// </summary>
internal static partial class InstalledEngine
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(2);

    /// <summary>Warns of an engine that is not there, or too old for CDI if that is turned on.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="program">Its program; empty for the one in PATH.</param>
    /// <param name="needsCdi">Whether CDI is turned on.</param>
    public static void Check(Engine engine, string program, bool needsCdi)
    {
        List<string> folders = ProgramSearch.Folders(Environment.GetEnvironmentVariable("PATH") ?? "");
        string? path = program.Length > 0 ? ProgramSearch.Find(program, folders)
            : Programs(engine).Select(name => ProgramSearch.Find(name, folders)).FirstOrDefault(found => found is not null);
        if (path is null)
            Log.Warning($"{engine.Name} is not installed on this machine, as far as PATH tells; its configuration is written all the same");
        else if (needsCdi && FirstWithCdi(engine) is { } first && VersionOf(path) is { } version && version < first)
            Log.Warning($"{engine.Name} {version} does not know CDI, which came with {first}: what --cdi.enabled writes has no effect before an upgrade");
    }

    private static string[] Programs(Engine engine) => engine.Name == Engine.Docker.Name ? ["dockerd", "docker"] : [engine.Name];

    private static Version? FirstWithCdi(Engine engine) =>
        engine.Name == Engine.Docker.Name ? new Version(25, 0) : engine.Name == Engine.Containerd.Name ? new Version(1, 7) : null;

    // Any other output means that the version is not known.
    private static Version? VersionOf(string path)
    {
        try
        {
            ChildResult result = ChildProcess.Run(path, [path, "--version"], null, s_limit);
            Match number = Number().Match(Encoding.UTF8.GetString(result.Output));
            return result.ExitStatus == 0 && number.Success ? Version.Parse(number.Value) : null;
        }
        catch (LinuxException)
        {
            return null;
        }
    }

    [GeneratedRegex("[0-9]{1,4}\\.[0-9]{1,4}(\\.[0-9]{1,6})?")]
    private static partial Regex Number();
}

/// <summary>The options of <c>runtime configure</c>.</summary>
internal static class ConfigureFlags
{
    /// <summary>The text that stands for "the drop-in file that is usual for the engine".</summary>
    public const string UsualDropIn = "RUNTIME_SPECIFIC_DEFAULT";

    /// <summary>The engine.</summary>
    public static TextOption Runtime { get; } = new("--runtime", "The container engine to configure", "docker")
    {
        ValueWord = "ENGINE",
        Choices = [.. Engine.All.Select(engine => engine.Name)],
    };

    /// <summary>The top-level file.</summary>
    public static TextOption Config { get; } = new("--config", "The engine's top-level configuration file")
    {
        ValueWord = "FILE",
        DefaultText = Usual(engine => engine.ConfigPath),
    };

    /// <summary>The drop-in file.</summary>
    public static TextOption DropIn { get; } = new("--drop-in-config", "The file that receives the settings; empty: the top-level file itself", UsualDropIn)
    {
        ValueWord = "FILE",
        DefaultText = Usual(engine => engine.DropInPath),
    };

    /// <summary>The engine's program.</summary>
    public static TextOption Executable { get; } = new("--executable-path", "The engine's program, for --config-source=command") { ValueWord = "FILE" };

    /// <summary>Configuration or hook.</summary>
    public static TextOption Mode { get; } = new("--config-mode", "What is written: config-file, or oci-hook (deprecated)")
    {
        ValueWord = "MODE",
        Choices = ["config-file", "oci-hook"],
    };

    /// <summary>File or command.</summary>
    public static TextOption Source { get; } = new(
        "--config-source", "Where the current configuration is read: file, or command (the engine is asked)", "file")
    {
        ValueWord = "SOURCE",
        Choices = ["file", "command"],
    };

    /// <summary>The hook file.</summary>
    public static TextOption HookFile { get; } = new("--oci-hook-path", "The hook file of mode oci-hook; empty: standard output") { ValueWord = "FILE" };

    /// <summary>The name of the runtime.</summary>
    public static TextOption RuntimeName { get; } = new("--nvidia-runtime-name", "The name of the runtime that is added", "nvidia") { ValueWord = "NAME" };

    /// <summary>The runtime's executable.</summary>
    public static TextOption RuntimePath { get; } = new("--nvidia-runtime-path", "The runtime's executable", "nvidia-container-runtime", "--runtime-path")
    {
        ValueWord = "FILE",
    };

    /// <summary>The hook's executable.</summary>
    public static TextOption HookPath { get; } = new(
        "--nvidia-runtime-hook-path", "The hook's executable, for mode oci-hook", "/usr/bin/nvidia-container-runtime-hook")
    {
        ValueWord = "FILE",
    };

    /// <summary>Whether it becomes the default.</summary>
    public static FlagOption AsDefault { get; } = new("--nvidia-set-as-default", "Make it the runtime of containers that name none", "--set-as-default");

    /// <summary>Whether the engine's CDI is turned on.</summary>
    public static FlagOption Cdi { get; } = new("--cdi.enabled", "Turn on CDI in the engine", "--cdi.enable", "--enable-cdi");

    /// <summary>Whether documents are printed instead.</summary>
    public static FlagOption DryRun { get; } = new("--dry-run", "Print the new content of the files instead of writing it");

    /// <summary>Whether differences are printed instead.</summary>
    public static FlagOption Diff { get; } = new("--diff", "Print what would change in which file as a unified diff, and change nothing");

    /// <summary>Whether the latest change is taken back.</summary>
    public static FlagOption Undo { get; } = new("--undo", "Take back the latest change that this command has made to the engine's configuration");

    /// <summary>Whether every change is taken back.</summary>
    public static FlagOption Everything { get; } = new("--all", "With --undo: take back every change of every engine, the latest first");

    /// <summary>The folder of backups.</summary>
    public static TextOption BackupDir { get; } = new(
        "--backup-dir", "Where each change leaves the backup that --undo needs; empty: none is made", BackupFolder.Usual())
    {
        ValueWord = "DIR",
        DefaultText = "\"/var/lib/nvidia-container-toolkit/backups\"",
    };

    /// <summary>Whether owner and attributes may be lost.</summary>
    public static FlagOption Force { get; } = new(
        "--force", "Replace a file even if its owner, access list or extended attributes are lost by that, where it cannot be written otherwise");

    /// <summary>All of them, in the order of help texts.</summary>
    public static IReadOnlyList<Option> All { get; } =
        [Runtime, Config, DropIn, Executable, Mode, Source, HookFile, RuntimeName, RuntimePath, HookPath, AsDefault, Cdi, DryRun, Diff, Undo, Everything, Force,
            BackupDir];

    private static string Usual(Func<Engine, string> path) => string.Join(", ", Engine.All.Select(path).Where(static text => text.Length > 0));
}
