using GpuContainers.Generation;
using GpuContainers.Host.Tegra;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>The options of <c>cdi generate</c>.</summary>
internal static class GenerateFlags
{
    private const string Prefix = "NVIDIA_CTK_CDI_GENERATE_";

    /// <summary>The toolkit's configuration file; an option of the program, for the cdi commands alone.</summary>
    public static readonly TextOption ToolkitConfig = Option.Text("--config", "Path to the toolkit's configuration file, for the cdi commands", "FILE",
        ["NVIDIA_CTK_CONFIG"]);

    public static readonly ListOption ConfigSearchPath = Option.List("--config-search-path",
        "Folder with the driver's configuration files, in place of /etc and the data folders", "DIR", [Prefix + "CONFIG_SEARCH_PATHS"]);

    public static readonly TextOption Output = Option.Text("--output", "The file to write; standard output if it is not given", "FILE",
        ["NVIDIA_CTK_CDI_OUTPUT_FILE_PATH"]);

    public static readonly TextOption Format = new(
        "--format", "yaml or json; for a file its extension decides. With --explain json prints the explanation as JSON", "yaml")
    {
        ValueWord = "FORMAT",
        Variables = [Prefix + "OUTPUT_FORMAT"],
        Choices = ["yaml", "json"],
    };

    public static readonly TextOption Mode = new(
        "--mode", "What to describe: " + string.Join(", ", GenerationModeText.All.Select(static mode => mode.ToText())), "auto", "--discovery-mode")
    {
        ValueWord = "MODE",
        Variables = [Prefix + "MODE"],
        Choices = [.. GenerationModeText.All.Select(static mode => mode.ToText())],
    };

    public static readonly TextOption DevRoot = Option.Text("--dev-root", "The folder that holds dev, if it is not the driver root", "DIR",
        ["NVIDIA_CTK_DEV_ROOT"]);

    public static readonly ListOption NameStrategy = new(
        "--device-name-strategy", "How devices are named; each strategy gives every device one name", ["index", "uuid"])
    {
        ValueWord = "STRATEGY",
        Variables = [Prefix + "DEVICE_NAME_STRATEGIES"],
        Choices = ["index", "uuid", "type-index"],
        TrimsItems = false,
    };

    public static readonly TextOption DriverRoot = Option.Text("--driver-root",
        "The root of the driver's files; nvidia-container-cli.root of the configuration if it is not given", "DIR", ["NVIDIA_CTK_DRIVER_ROOT"]);

    public static readonly ListOption LibrarySearchPath = Option.List("--library-search-path",
        "Host folder with the driver's libraries, in place of the usual ones; in csv mode in addition to them", "DIR", [Prefix + "LIBRARY_SEARCH_PATHS"]);

    public static readonly TextOption HookPath = Option.Text("--nvidia-cdi-hook-path", "The program that hooks run: a path, or a name to be searched",
        "PROGRAM", ["NVIDIA_CTK_CDI_HOOK_PATH"], "", "--nvidia-ctk-path");

    public static readonly TextOption LdconfigPath = Option.Text("--ldconfig-path", "The ldconfig that the update-ldcache hook is told", "PROGRAM",
        [Prefix + "LDCONFIG_PATH"]);

    public static readonly TextOption Vendor = Option.Text("--vendor", "The vendor of the specification", "NAME", [Prefix + "VENDOR"], "nvidia.com",
        "--cdi-vendor");

    public static readonly TextOption Class = Option.Text("--class", "The class of the specification", "NAME", [Prefix + "CLASS"], "gpu", "--cdi-class");

    public static readonly ListOption CsvFile = Option.List("--csv.file", "A csv file of a Tegra platform, in csv mode", "FILE", [Prefix + "CSV_FILES"],
        [.. CsvFiles.Default]);

    public static readonly ListOption CsvIgnorePattern = Option.List("--csv.ignore-pattern", "Entries of csv files to leave out, such as **/libcuda.so*",
        "PATTERN", [Prefix + "CSV_IGNORE_PATTERNS"]);

    public static readonly TextOption CsvCompatContainerRoot = Option.Text("--csv.compat-container-root",
        "Where an Orin container has its compatibility libraries", "DIR", [Prefix + "CSV_CONTAINER_COMPAT_ROOT"]);

    public static readonly ListOption DisableHook = Option.List("--disable-hook",
        "A hook to leave out; all leaves out every hook that is not enabled by name", "HOOK", [Prefix + "DISABLED_HOOKS"], [], "--disable-hooks");

    public static readonly ListOption EnableHook = Option.List("--enable-hook", "A hook to put in; wins over --disable-hook", "HOOK",
        [Prefix + "ENABLED_HOOKS"], [], "--enable-hooks");

    public static readonly FlagOption JoinHooks = new(
        "--join-hooks", "Make one call of the hooks of a device, and one of those common to all; other hook programs may not know it")
    {
        Variables = [Prefix + "JOIN_HOOKS"],
    };

    public static readonly ListOption FeatureFlags = new("--feature-flag", "A feature: " + string.Join(", ", FeatureFlag.Known), [], "--feature-flags")
    {
        ValueWord = "FLAG",
        Variables = [Prefix + "FEATURE_FLAGS"],
        Choices = FeatureFlag.Known,
        TrimsItems = false,
    };

    public static readonly FlagOption NoAllDevice = Option.Flag("--no-all-device", "Leave out the device all, which holds all others",
        [Prefix + "NO_ALL_DEVICE"]);

    public static readonly ListOption DeviceId = Option.List("--device-id", "A device: index, UUID, MIG index (0:1), channel, all or none", "ID",
        [Prefix + "DEVICE_IDS"], ["all"], "--device-ids", "--device", "--devices");

    public static readonly FlagOption Explain = new(
        "--explain", "Print what was looked for, where it was found or why not, and by which rule; the specification goes to --output alone");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Option> All =>
    [
        Output, Format, Explain, Mode, DeviceId, NoAllDevice, NameStrategy, Vendor, Class, DriverRoot, DevRoot, LibrarySearchPath, ConfigSearchPath, HookPath,
            LdconfigPath, EnableHook,
        DisableHook, JoinHooks, FeatureFlags, CsvFile, CsvIgnorePattern, CsvCompatContainerRoot,
    ];
}
