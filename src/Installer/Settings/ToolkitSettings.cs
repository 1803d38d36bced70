using GpuContainers.Cdi;
using GpuContainers.Configuration.Toml;

namespace GpuContainers.Installer.Settings;

/// <summary>What is installed and how the toolkit is configured.</summary>
internal sealed record ToolkitSettings
{
    /// <summary>The root of the driver's files on the host.</summary>
    public required string DriverRoot { get; init; }

    /// <summary>The same root as this process sees it.</summary>
    public required string DriverRootInContainer { get; init; }

    /// <summary>The root of the device nodes on the host; empty: the driver root.</summary>
    public required string DevRoot { get; init; }

    /// <summary>The same root as this process sees it.</summary>
    public required string DevRootInContainer { get; init; }

    /// <summary>The keys of config.toml that are set only when they were given.</summary>
    public required IReadOnlyList<OptionalKey> OptionalKeys { get; init; }

    /// <summary>The low-level runtimes that were given; null when they are to be found.</summary>
    public required IReadOnlyList<string>? Runtimes { get; init; }

    /// <summary>Whether the hook is told not to look for the mode.</summary>
    public required bool SkipsModeDetection { get; init; }

    /// <summary>Whether unprivileged containers may ask by environment.</summary>
    public required bool AcceptsEnvironment { get; init; }

    /// <summary>Whether containers may ask by mounts.</summary>
    public required bool AcceptsMounts { get; init; }

    /// <summary>Whether the node's devices are described for CDI.</summary>
    public required bool CdiEnabled { get; init; }

    /// <summary>The folder of the specification.</summary>
    public required string CdiOutputDir { get; init; }

    /// <summary>The vendor of its kind.</summary>
    public required string CdiVendor { get; init; }

    /// <summary>The class of its kind.</summary>
    public required string CdiClass { get; init; }

    /// <summary>Whether the driver's control nodes are made.</summary>
    public required bool CreatesControlNodes { get; init; }

    /// <summary>Whether errors are logged and ignored.</summary>
    public required bool IgnoresErrors { get; init; }

    /// <summary>Feature flags to turn on.</summary>
    public required IReadOnlyList<string> Features { get; init; }

    /// <summary>Reads and checks the options.</summary>
    /// <exception cref="ToolkitException">A value that is refused.</exception>
    public static ToolkitSettings From(Invocation invocation)
    {
        (string vendor, string className) = Kind(invocation.Get(ToolkitFlags.CdiKind));
        bool cdi = invocation.Get(ToolkitFlags.CdiEnabled);
        string output = invocation.Get(ToolkitFlags.CdiOutputDir);
        if (cdi && output.Length == 0)
        {
            Log.Warning("Skipping CDI spec generation (no output directory specified)");
            cdi = false;
        }
        string driverRoot = invocation.Get(ToolkitFlags.DriverRoot);
        // An empty one would make the path of ldconfig relative (IN-50).
        if (driverRoot.Length == 0)
            throw new ToolkitException("the driver root must be specified; give it with --driver-root (/ for a driver on the host)");
        string inContainer = invocation.Get(ToolkitFlags.DriverRootInContainer);
        string devInContainer = invocation.Get(ToolkitFlags.DevRootInContainer);
        return new ToolkitSettings
        {
            DriverRoot = driverRoot,
            DriverRootInContainer = inContainer,
            DevRoot = invocation.Get(ToolkitFlags.DevRoot),
            // So that the nodes lie where the specification is looked up (IN-53).
            DevRootInContainer = devInContainer.Length > 0 ? devInContainer : inContainer,
            OptionalKeys = OptionalKey.All(invocation),
            Runtimes = invocation.IsGiven(ToolkitFlags.Runtimes) ? OptionalKey.Items(invocation.Get(ToolkitFlags.Runtimes)) : null,
            SkipsModeDetection = invocation.Get(ToolkitFlags.SkipModeDetection),
            AcceptsEnvironment = invocation.Get(ToolkitFlags.AcceptEnvironment),
            AcceptsMounts = invocation.Get(ToolkitFlags.AcceptMounts),
            CdiEnabled = cdi,
            CdiOutputDir = output,
            CdiVendor = vendor,
            CdiClass = className,
            CreatesControlNodes = CreatesNodes(invocation.Get(ToolkitFlags.CreateDeviceNodes), cdi),
            IgnoresErrors = invocation.Get(ToolkitFlags.IgnoreErrors),
            Features = [.. invocation.Get(ToolkitFlags.OptInFeatures).Where(feature => feature.Length > 0)],
        };
    }

    private static (string Vendor, string ClassName) Kind(string kind)
    {
        int slash = kind.IndexOf('/', StringComparison.Ordinal);
        string vendor = slash < 0 ? kind : kind[..slash];
        string className = slash < 0 ? "" : kind[(slash + 1)..];
        if (CdiName.KindProblem(vendor) is { } vendorProblem)
            throw new ToolkitException($"invalid CDI vendor name: invalid vendor. {vendorProblem}");
        if (CdiName.KindProblem(className) is { } classProblem)
            throw new ToolkitException($"invalid CDI class name: invalid class. {classProblem}");
        return (vendor, className);
    }

    private static bool CreatesNodes(string[] items, bool cdi)
    {
        bool creates = items.Length > 0;
        foreach (string item in items)
        {
            if (item is "none" or "")
            {
                creates = false;
                break;
            }
            if (item != "control")
                throw new ToolkitException($"invalid --create-device-nodes value: {item}; use control or none");
        }
        if (creates && !cdi)
            Log.Info("disabling device node creation since --cdi-enabled=false");
        return creates && cdi;
    }
}

/// <summary>A key of config.toml that is set only when its option was given.</summary>
/// <param name="Path">The key.</param>
/// <param name="IsGiven">Whether command line or environment gave it.</param>
/// <param name="Value">What it becomes; null for a text that was given but is empty.</param>
internal sealed record OptionalKey(string Path, bool IsGiven, TomlValue? Value)
{
    /// <summary>All of them, in the order in which they are set.</summary>
    public static IReadOnlyList<OptionalKey> All(Invocation invocation) =>
    [
        Text(invocation, "nvidia-container-runtime.debug", ToolkitFlags.RuntimeDebug),
        Text(invocation, "nvidia-container-runtime.log-level", ToolkitFlags.RuntimeLogLevel),
        Text(invocation, "nvidia-container-runtime.mode", ToolkitFlags.RuntimeMode),
        List(invocation, "nvidia-container-runtime.modes.cdi.annotation-prefixes", ToolkitFlags.AnnotationPrefixes),
        Text(invocation, "nvidia-container-runtime.modes.cdi.default-kind", ToolkitFlags.DefaultKind),
        Text(invocation, "nvidia-container-cli.debug", ToolkitFlags.CliDebug),
    ];

    /// <summary>The items of a list; one that is given as an empty text has none.</summary>
    public static string[] Items(string[] given) => given is [""] ? [] : given;

    private static OptionalKey Text(Invocation invocation, string path, TextOption option)
    {
        string value = invocation.Get(option);
        return new OptionalKey(path, invocation.IsGiven(option), value.Length > 0 ? new TomlString(value) : null);
    }

    private static OptionalKey List(Invocation invocation, string path, ListOption option) =>
        new(path, invocation.IsGiven(option), TomlArray.From(Items(invocation.Get(option))));
}

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
