using GpuContainers.Engines;

namespace GpuContainers.Installer.Settings;

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
