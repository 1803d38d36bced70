using GpuContainers.Engines;

namespace GpuContainers.Installer.Settings;

/// <summary>How the container engine is configured.</summary>
internal sealed record EngineSettings
{
    /// <summary>The engine with the files of this run.</summary>
    public required Engine Engine { get; init; }

    /// <summary>The drop-in file as the engine sees it; empty: as this process does.</summary>
    public required string DropInHostPath { get; init; }

    /// <summary>The engine's program; empty for the one in PATH.</summary>
    public required string Program { get; init; }

    /// <summary>The engine's socket.</summary>
    public required string Socket { get; init; }

    /// <summary>How the engine is restarted.</summary>
    public required RestartMode RestartMode { get; init; }

    /// <summary>Whether the engine's CDI is turned on.</summary>
    public required bool EnablesCdi { get; init; }

    /// <summary>The host's root as this process sees it; empty: its own.</summary>
    public required string HostRoot { get; init; }

    /// <summary>The name of the runtime that is added.</summary>
    public required string RuntimeName { get; init; }

    /// <summary>Whether it becomes the default.</summary>
    public required bool SetsDefault { get; init; }

    /// <summary>Where the current configuration is read, first one that loads.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Whether a new containerd configuration has version 1.</summary>
    public required bool UsesLegacyConfig { get; init; }

    /// <summary>The type of runtimes that inherit none.</summary>
    public required string RuntimeType { get; init; }

    /// <summary>Patterns of annotations that containerd hands to the runtime.</summary>
    public required IReadOnlyList<string> ContainerAnnotations { get; init; }

    /// <summary>Whether a hook file is written for CRI-O instead of runtimes.</summary>
    public required bool UsesHook { get; init; }

    /// <summary>The hook file.</summary>
    public required string HookFile { get; init; }

    /// <summary>Reads and checks the options.</summary>
    /// <param name="invocation">The call.</param>
    /// <param name="cdi">Whether CDI is enabled for the toolkit, which the engine follows.</param>
    /// <exception cref="ToolkitException">A value that is refused.</exception>
    public static EngineSettings From(Invocation invocation, bool cdi)
    {
        string name = invocation.Get(GeneralFlags.Runtime);
        Engine engine = Engine.Find(name) ?? throw new ToolkitException($"invalid runtime \"{name}\"; expected one of [containerd | crio | docker]");
        bool usesHook = UsesHookMode(invocation, engine);
        return new EngineSettings
        {
            Engine = WithFiles(engine, invocation),
            DropInHostPath = invocation.Get(EngineFlags.DropInHostPath),
            Program = engine.PrintsConfiguration ? invocation.Get(EngineFlags.Executable) : Ignored(invocation, EngineFlags.Executable, name),
            Socket = Or(invocation.Get(EngineFlags.Socket), EngineDefaults.Socket(engine)),
            RestartMode = ReadRestartMode(invocation, engine),
            EnablesCdi = invocation.IsGiven(EngineFlags.EnableCdi) ? invocation.Get(EngineFlags.EnableCdi) : cdi,
            HostRoot = invocation.Get(EngineFlags.HostRoot),
            RuntimeName = invocation.Get(EngineFlags.RuntimeName),
            SetsDefault = invocation.Get(EngineFlags.SetAsDefault),
            // Docker has the file alone (IN-60).
            Sources = engine.PrintsConfiguration ? [.. OptionalKey.Items(invocation.Get(EngineFlags.Sources)).Select(source => source.Trim())] : ["file"],
            UsesLegacyConfig = invocation.Get(EngineFlags.UseLegacyConfig),
            RuntimeType = invocation.Get(EngineFlags.RuntimeType),
            ContainerAnnotations = [.. OptionalKey.Items(invocation.Get(EngineFlags.AnnotationPrefixes)).Select(prefix => prefix + "*")],
            UsesHook = usesHook,
            HookFile = LexicalPath.Join(invocation.Get(EngineFlags.HooksDir), invocation.Get(EngineFlags.HookFilename)),
        };
    }

    private static Engine WithFiles(Engine engine, Invocation invocation)
    {
        if (!engine.HasDropIns && invocation.Get(EngineFlags.DropIn) != EngineFlags.Usual)
            _ = Ignored(invocation, EngineFlags.DropIn, engine.Name);
        string dropIn = invocation.Get(EngineFlags.DropIn);
        bool isUsual = dropIn == EngineFlags.Usual || !engine.HasDropIns;
        return engine with { ConfigPath = Or(invocation.Get(EngineFlags.Config), engine.ConfigPath), DropInPath = isUsual ? engine.DropInPath : dropIn };
    }

    private static bool UsesHookMode(Invocation invocation, Engine engine)
    {
        string mode = invocation.Get(EngineFlags.CrioMode);
        if (engine != Engine.Crio)
            return false;
        if (mode is not ("config" or "hook"))
            throw new ToolkitException($"invalid cri-o config: invalid cri-o config mode: \"{mode}\"; use config or hook");
        if (mode == "hook")
            Log.Warning("The \"hook\" config for cri-o is deprecated");
        return mode == "hook";
    }

    // Before anything is changed (IN-26).
    private static RestartMode ReadRestartMode(Invocation invocation, Engine engine) => Or(invocation.Get(EngineFlags.RestartMode),
        EngineDefaults.RestartMode(engine)) switch
    {
        "none" => RestartMode.None,
        "systemd" => RestartMode.Systemd,
        "signal" when engine == Engine.Crio => throw new ToolkitException("supporting crio via signal is unsupported; use --restart-mode=systemd or none"),
        "signal" => RestartMode.Signal,
        var other => throw new ToolkitException($"invalid restart mode specified: {other}; use signal, systemd or none"),
    };

    private static string Ignored(Invocation invocation, TextOption option, string engine)
    {
        string value = invocation.Get(option);
        if (value.Length > 0)
            Log.Warning($"Ignoring {option.Name.TrimStart('-')}=\"{value}\" flag for {engine}");
        return "";
    }

    // The operator's templates set variables to empty texts.
    private static string Or(string given, string usual) => given is "" or EngineFlags.Usual ? usual : given;
}

/// <summary>How an engine learns of its new configuration.</summary>
internal enum RestartMode
{
    /// <summary>It does not: the administrator restarts it.</summary>
    None,

    /// <summary>By SIGHUP to the process behind its socket.</summary>
    Signal,

    /// <summary>By systemd.</summary>
    Systemd,
}

/// <summary>The flags that decide how the container engine is configured.</summary>
internal static class EngineFlags
{
    /// <summary>The text that stands for "what is usual for the engine".</summary>
    public const string Usual = "RUNTIME_SPECIFIC_DEFAULT";

    public static TextOption Config { get; } = new("--config", "The engine's top-level configuration file", Usual)
    {
        ValueWord = "FILE",
        Variables = ["RUNTIME_CONFIG", "CONTAINERD_CONFIG", "DOCKER_CONFIG"],
        DefaultText = UsualOf(engine => engine.ConfigPath),
    };

    public static TextOption DropIn { get; } = new("--drop-in-config", "The file that receives the settings; empty: the top-level file itself", Usual)
    {
        ValueWord = "FILE",
        Variables = ["RUNTIME_DROP_IN_CONFIG"],
        DefaultText = UsualOf(engine => engine.DropInPath),
    };

    public static TextOption DropInHostPath { get; } = Option.Text("--drop-in-config-host-path", "The same file as the engine sees it", "FILE",
        ["RUNTIME_DROP_IN_CONFIG_HOST_PATH"]);

    public static TextOption Executable { get; } = Option.Text("--executable-path", "The engine's program, for the config source command", "FILE",
        ["RUNTIME_EXECUTABLE_PATH"]);

    public static TextOption Socket { get; } = new("--socket", "The engine's socket", Usual)
    {
        ValueWord = "SOCKET",
        Variables = ["RUNTIME_SOCKET", "CONTAINERD_SOCKET", "DOCKER_SOCKET"],
        DefaultText = UsualOf(EngineDefaults.Socket),
    };

    public static TextOption RestartMode { get; } = new("--restart-mode", "How the engine learns of its new configuration: signal, systemd or none", Usual)
    {
        ValueWord = "MODE",
        Variables = ["RUNTIME_RESTART_MODE"],
        Choices = ["signal", "systemd", "none"],
        DefaultText = "signal; systemd for crio",
    };

    public static FlagOption EnableCdi { get; } = Option.Flag("--enable-cdi-in-runtime", "Turn on CDI in the engine (default: as --cdi-enabled)",
        ["RUNTIME_ENABLE_CDI"]);

    public static TextOption HostRoot { get; } = Option.Text("--host-root", "The host's root as this program sees it", "DIR", ["HOST_ROOT_MOUNT"], "/host");

    public static TextOption RuntimeName { get; } = Option.Text("--runtime-name", "The name of the runtime that is added", "NAME",
        ["NVIDIA_RUNTIME_NAME", "CONTAINERD_RUNTIME_CLASS", "DOCKER_RUNTIME_NAME"], "nvidia", "--nvidia-runtime-name", "--runtime-class");

    public static FlagOption SetAsDefault { get; } = new("--set-as-default", "Make it the runtime of containers that name none")
    {
        Variables = ["NVIDIA_RUNTIME_SET_AS_DEFAULT", "CONTAINERD_SET_AS_DEFAULT", "DOCKER_SET_AS_DEFAULT"],
        ByDefault = true,
        Hidden = true,
    };

    public static ListOption Sources { get; } = Option.List("--config-source",
        "Where the current configuration is read, first one that loads: command, file or file=FILE", "SOURCE",
        ["RUNTIME_CONFIG_SOURCES", "RUNTIME_CONFIG_SOURCE"], ["command", "file"], "--config-sources");

    public static FlagOption UseLegacyConfig { get; } = Option.Flag("--use-legacy-config", "A new containerd configuration has version 1",
        ["CONTAINERD_USE_LEGACY_CONFIG"]);

    public static TextOption RuntimeType { get; } = Option.Text("--runtime-type", "The type of runtimes that inherit none (containerd)", "TYPE",
        ["CONTAINERD_RUNTIME_TYPE"], "io.containerd.runc.v2");

    public static ListOption AnnotationPrefixes { get; } = Option.List("--nvidia-container-runtime-modes.cdi.annotation-prefixes",
        "Prefixes of the annotations that containerd hands to the runtime", "PREFIX", ["NVIDIA_CONTAINER_RUNTIME_MODES_CDI_ANNOTATION_PREFIXES"]);

    public static TextOption ConfigOverride { get; } = new("--runtime-config-override", "Accepted for older callers; has no effect", "{}")
    {
        ValueWord = "JSON",
        Variables = ["RUNTIME_CONFIG_OVERRIDE", "CONTAINERD_RUNTIME_CONFIG_OVERRIDE"],
    };

    public static TextOption HooksDir { get; } = Option.Text("--hooks-dir", "The folder of hook files (crio, mode hook)", "DIR", ["CRIO_HOOKS_DIR"],
        "/usr/share/containers/oci/hooks.d");

    public static TextOption HookFilename { get; } = Option.Text("--hook-filename", "The name of the hook file (crio, mode hook)", "NAME",
        ["CRIO_HOOK_FILENAME"], "oci-nvidia-hook.json");

    public static TextOption CrioMode { get; } = new("--config-mode", "What is written for crio: config, or hook (deprecated)", "config")
    {
        ValueWord = "MODE",
        Variables = ["CRIO_CONFIG_MODE"],
        Choices = ["config", "hook"],
    };

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        Config, DropIn, DropInHostPath, Executable, Socket, RestartMode, EnableCdi, HostRoot, RuntimeName, SetAsDefault, Sources, UseLegacyConfig, RuntimeType,
            AnnotationPrefixes, ConfigOverride,
        HooksDir, HookFilename, CrioMode,
    ];

    private static string UsualOf(Func<Engine, string> path) => string.Join(", ", Engine.All.Where(engine => path(engine).Length > 0).Select(path));
}

/// <summary>What is usual for an engine beyond its files.</summary>
internal static class EngineDefaults
{
    public static string Socket(Engine engine) => engine.Name switch
    {
        "docker" => "/var/run/docker.sock",
        "containerd" => "/run/containerd/containerd.sock",
        _ => "/var/run/crio/crio.sock",
    };

    public static string RestartMode(Engine engine) => engine == Engine.Crio ? "systemd" : "signal";
}
