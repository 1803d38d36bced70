using GpuContainers.Engines;
using GpuContainers.Engines.Files;

namespace GpuContainers.Ctk.Runtime;

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

    private static string Usual(Func<Engine, string> path) => string.Join(", ", Engine.All.Where(engine => path(engine).Length > 0).Select(path));
}
