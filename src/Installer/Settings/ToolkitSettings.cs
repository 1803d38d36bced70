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
