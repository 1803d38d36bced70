using GpuContainers.CommandLine;
using GpuContainers.Generation;
using GpuContainers.Host.Tegra;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>The options of <c>cdi generate</c>.</summary>
internal static class GenerateFlags
{
    private const string Prefix = "NVIDIA_CTK_CDI_GENERATE_";

    /// <summary>The toolkit's configuration file; an option of the program, for the cdi commands alone.</summary>
    public static readonly TextOption ToolkitConfig = new("--config", "Path to the toolkit's configuration file, for the cdi commands")
    {
        Variables = ["NVIDIA_CTK_CONFIG"],
        ValueWord = "FILE",
    };

    public static readonly ListOption ConfigSearchPath = List(
        "--config-search-path", "Folder with the driver's configuration files, in place of /etc and the data folders", "DIR", Prefix + "CONFIG_SEARCH_PATHS");

    public static readonly TextOption Output = Text(
        "--output", "The file to write; standard output if it is not given", "", "FILE", "NVIDIA_CTK_CDI_OUTPUT_FILE_PATH");

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

    public static readonly TextOption DevRoot = Text(
        "--dev-root", "The folder that holds dev, if it is not the driver root", "", "DIR", "NVIDIA_CTK_DEV_ROOT");

    public static readonly ListOption NameStrategy = new(
        "--device-name-strategy", "How devices are named; each strategy gives every device one name", ["index", "uuid"])
    {
        ValueWord = "STRATEGY",
        Variables = [Prefix + "DEVICE_NAME_STRATEGIES"],
        Choices = ["index", "uuid", "type-index"],
        TrimsItems = false,
    };

    public static readonly TextOption DriverRoot = Text("--driver-root",
        "The root of the driver's files; nvidia-container-cli.root of the configuration if it is not given", "", "DIR", "NVIDIA_CTK_DRIVER_ROOT");

    public static readonly ListOption LibrarySearchPath = List("--library-search-path",
        "Host folder with the driver's libraries, in place of the usual ones; in csv mode in addition to them", "DIR", Prefix + "LIBRARY_SEARCH_PATHS");

    public static readonly TextOption HookPath = new(
        "--nvidia-cdi-hook-path", "The program that hooks run: a path, or a name to be searched", "", "--nvidia-ctk-path")
    {
        ValueWord = "PROGRAM",
        Variables = ["NVIDIA_CTK_CDI_HOOK_PATH"],
    };

    public static readonly TextOption LdconfigPath = Text(
        "--ldconfig-path", "The ldconfig that the update-ldcache hook is told", "", "PROGRAM", Prefix + "LDCONFIG_PATH");

    public static readonly TextOption Vendor = new("--vendor", "The vendor of the specification", "nvidia.com", "--cdi-vendor")
    {
        ValueWord = "NAME",
        Variables = [Prefix + "VENDOR"],
    };

    public static readonly TextOption Class = new("--class", "The class of the specification", "gpu", "--cdi-class")
    {
        ValueWord = "NAME",
        Variables = [Prefix + "CLASS"],
    };

    public static readonly ListOption CsvFile = new("--csv.file", "A csv file of a Tegra platform, in csv mode", [.. CsvFiles.Default])
    {
        ValueWord = "FILE",
        Variables = [Prefix + "CSV_FILES"],
        TrimsItems = false,
    };

    public static readonly ListOption CsvIgnorePattern = List(
        "--csv.ignore-pattern", "Entries of csv files to leave out, such as **/libcuda.so*", "PATTERN", Prefix + "CSV_IGNORE_PATTERNS");

    public static readonly TextOption CsvCompatContainerRoot = Text(
        "--csv.compat-container-root", "Where an Orin container has its compatibility libraries", "", "DIR", Prefix + "CSV_CONTAINER_COMPAT_ROOT");

    public static readonly ListOption DisableHook = List(
        "--disable-hook", "A hook to leave out; all leaves out every hook that is not enabled by name", "HOOK", Prefix + "DISABLED_HOOKS", "--disable-hooks");

    public static readonly ListOption EnableHook = List(
        "--enable-hook", "A hook to put in; wins over --disable-hook", "HOOK", Prefix + "ENABLED_HOOKS", "--enable-hooks");

    public static readonly ListOption FeatureFlags = new("--feature-flag", "A feature: " + string.Join(", ", FeatureFlag.Known), [], "--feature-flags")
    {
        ValueWord = "FLAG",
        Variables = [Prefix + "FEATURE_FLAGS"],
        Choices = FeatureFlag.Known,
        TrimsItems = false,
    };

    public static readonly FlagOption NoAllDevice = new("--no-all-device", "Leave out the device all, which holds all others")
    {
        Variables = [Prefix + "NO_ALL_DEVICE"],
    };

    public static readonly ListOption DeviceId = new(
        "--device-id", "A device: index, UUID, MIG index (0:1), channel, all or none", ["all"], "--device-ids", "--device", "--devices")
    {
        ValueWord = "ID",
        Variables = [Prefix + "DEVICE_IDS"],
        TrimsItems = false,
    };

    public static readonly FlagOption Explain = new(
        "--explain", "Print what was looked for, where it was found or why not, and by which rule; the specification goes to --output alone");

    /// <summary>All of them, in the order of the help text.</summary>
    public static IReadOnlyList<Option> All =>
    [
        Output, Format, Explain, Mode, DeviceId, NoAllDevice, NameStrategy, Vendor, Class, DriverRoot, DevRoot, LibrarySearchPath, ConfigSearchPath, HookPath,
            LdconfigPath, EnableHook,
        DisableHook, FeatureFlags, CsvFile, CsvIgnorePattern, CsvCompatContainerRoot,
    ];

    private static TextOption Text(string name, string description, string byDefault, string word, string variable) =>
        new(name, description, byDefault) { ValueWord = word, Variables = [variable] };

    // Blanks are part of the values (GN-80).
    private static ListOption List(string name, string description, string word, string variable, params string[] aliases) =>
        new(name, description, [], aliases) { ValueWord = word, Variables = [variable], TrimsItems = false };
}
