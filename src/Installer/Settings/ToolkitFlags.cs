namespace GpuContainers.Installer.Settings;

/// <summary>The flags that decide what is installed and how the toolkit is configured.</summary>
internal static class ToolkitFlags
{
    public static TextOption DriverRoot { get; } = Option.Text("--driver-root", "The root of the driver's files on the host", "DIR",
        ["NVIDIA_DRIVER_ROOT", "DRIVER_ROOT"], "/run/nvidia/driver", "--nvidia-driver-root");

    public static TextOption DriverRootInContainer { get; } = Option.Text("--driver-root-ctr-path", "The same root as this program sees it", "DIR",
        ["DRIVER_ROOT_CTR_PATH"], "/run/nvidia/driver");

    public static TextOption DevRoot { get; } = Option.Text("--dev-root", "The root of the device nodes on the host (default: the driver root)", "DIR",
        ["NVIDIA_DEV_ROOT", "DEV_ROOT"]);

    public static TextOption DevRootInContainer { get; } = Option.Text("--dev-root-ctr-path",
        "The same root as this program sees it (default: --driver-root-ctr-path)", "DIR", ["DEV_ROOT_CTR_PATH"]);

    public static TextOption RuntimeDebug { get; } = Option.Text("--nvidia-container-runtime.debug", "The runtime's log file", "FILE",
        ["NVIDIA_CONTAINER_RUNTIME_DEBUG"], "", "--nvidia-container-runtime-debug");

    public static TextOption RuntimeLogLevel { get; } = Option.Text("--nvidia-container-runtime.log-level", "The runtime's log level", "LEVEL",
        ["NVIDIA_CONTAINER_RUNTIME_LOG_LEVEL"], "", "--nvidia-container-runtime-debug-log-level");

    public static TextOption RuntimeMode { get; } = Option.Text("--nvidia-container-runtime.mode", "The runtime's mode", "MODE",
        ["NVIDIA_CONTAINER_RUNTIME_MODE"], "", "--nvidia-container-runtime-mode");

    public static TextOption DefaultKind { get; } = Option.Text("--nvidia-container-runtime.modes.cdi.default-kind",
        "The CDI kind of devices that are asked for without one", "KIND", ["NVIDIA_CONTAINER_RUNTIME_MODES_CDI_DEFAULT_KIND"]);

    public static ListOption AnnotationPrefixes { get; } = Option.List("--nvidia-container-runtime.modes.cdi.annotation-prefixes",
        "Prefixes of the annotations that ask for CDI devices", "PREFIX", ["NVIDIA_CONTAINER_RUNTIME_MODES_CDI_ANNOTATION_PREFIXES"]);

    public static ListOption Runtimes { get; } = Option.List("--nvidia-container-runtime.runtimes",
        "The low-level runtimes to look for (default: those of the engine, runc, crun)", "PROGRAM", ["NVIDIA_CONTAINER_RUNTIME_RUNTIMES"]);

    public static FlagOption SkipModeDetection { get; } = new("--nvidia-container-runtime-hook.skip-mode-detection",
        "The hook does not look for the mode by itself")
    {
        Variables = ["NVIDIA_CONTAINER_RUNTIME_HOOK_SKIP_MODE_DETECTION"],
        ByDefault = true,
    };

    public static TextOption CliDebug { get; } = Option.Text("--nvidia-container-cli.debug", "The log file of nvidia-container-cli", "FILE",
        ["NVIDIA_CONTAINER_CLI_DEBUG"], "", "--nvidia-container-cli-debug");

    public static FlagOption AcceptEnvironment { get; } = new("--accept-nvidia-visible-devices-envvar-when-unprivileged",
        "Unprivileged containers may ask for GPUs by environment variable")
    {
        Variables = ["ACCEPT_NVIDIA_VISIBLE_DEVICES_ENVVAR_WHEN_UNPRIVILEGED"],
        ByDefault = true,
    };

    public static FlagOption AcceptMounts { get; } = Option.Flag("--accept-nvidia-visible-devices-as-volume-mounts",
        "Containers may ask for GPUs by volume mounts", ["ACCEPT_NVIDIA_VISIBLE_DEVICES_AS_VOLUME_MOUNTS"]);

    public static FlagOption CdiEnabled { get; } = Option.Flag("--cdi-enabled",
        "Describe the node's devices for containers that manage GPUs, and turn on CDI in the engine", ["CDI_ENABLED", "ENABLE_CDI"], "--enable-cdi");

    public static TextOption CdiOutputDir { get; } = new("--cdi-output-dir", "Where the CDI specification is written; empty: nowhere", "/var/run/cdi")
    {
        ValueWord = "DIR",
        Variables = ["CDI_OUTPUT_DIR"],
    };

    public static TextOption CdiKind { get; } = Option.Text("--cdi-kind", "The kind of the devices in that specification", "VENDOR/CLASS", ["CDI_KIND"],
        "management.nvidia.com/gpu");

    public static ListOption CreateDeviceNodes { get; } = Option.List("--create-device-nodes",
        "The device nodes to make before the specification is written: control or none", "WHAT", ["CREATE_DEVICE_NODES"], ["control"]);

    public static FlagOption IgnoreErrors { get; } = new("--ignore-errors", "Go on after errors of the installation; for tests") { Hidden = true };

    public static ListOption OptInFeatures { get; } = new("--opt-in-features", "Features of the toolkit to turn on", [])
    {
        ValueWord = "NAME",
        Variables = ["NVIDIA_CONTAINER_TOOLKIT_OPT_IN_FEATURES"],
        TrimsItems = false,
        Hidden = true,
    };

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Option> All { get; } =
    [
        DriverRoot, DriverRootInContainer, DevRoot, DevRootInContainer, RuntimeDebug, RuntimeLogLevel, RuntimeMode, DefaultKind, AnnotationPrefixes, Runtimes,
            SkipModeDetection, CliDebug,
        AcceptEnvironment, AcceptMounts, CdiEnabled, CdiOutputDir, CdiKind, CreateDeviceNodes, IgnoreErrors, OptInFeatures,
    ];
}
