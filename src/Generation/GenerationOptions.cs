namespace GpuContainers.Generation;

/// <summary>What to generate, and from where. The defaults are those of the library; the command line has its own.</summary>
public sealed record GenerationOptions
{
    /// <summary>What to describe.</summary>
    public GenerationMode Mode { get; init; } = GenerationMode.Auto;

    /// <summary>Where the driver's files are; empty means <c>/</c>.</summary>
    public string DriverRoot { get; init; } = "";

    /// <summary>The folder that holds <c>dev</c>; empty means the driver root.</summary>
    public string DevRoot { get; init; } = "";

    /// <summary>The program that the hooks run: an <c>nvidia-cdi-hook</c> or an <c>nvidia-ctk</c>.</summary>
    public string HookPath { get; init; } = "/usr/bin/nvidia-cdi-hook";

    /// <summary>Passed on to the hook that refreshes the library cache; empty: not passed.</summary>
    public string LdconfigPath { get; init; } = "";

    /// <summary>One name for every device from each of these.</summary>
    public IReadOnlyList<DeviceNameStrategy> NameStrategies { get; init; } = [DeviceNameStrategy.Index];

    /// <summary>The vendor of the specification; null: that of the mode.</summary>
    public string? Vendor { get; init; }

    /// <summary>The class of the specification; null: that of the mode.</summary>
    public string? Class { get; init; }

    /// <summary>Feature flags; unknown ones are warned about and ignored.</summary>
    public IReadOnlyList<string> FeatureFlags { get; init; } = [];

    /// <summary>Hooks to leave out; <c>all</c> is every hook that is not enabled by name.</summary>
    public IReadOnlyList<string> DisabledHooks { get; init; } = [];

    /// <summary>Hooks to put in although they are off otherwise.</summary>
    public IReadOnlyList<string> EnabledHooks { get; init; } = [];

    /// <summary>The csv files of a Tegra host; null: the three default files.</summary>
    public IReadOnlyList<string>? CsvFiles { get; init; }

    /// <summary>Patterns of <c>sym</c> entries to leave out.</summary>
    public IReadOnlyList<string> CsvIgnorePatterns { get; init; } = [];

    /// <summary>Where an Orin container has its compatibility libraries; empty: not passed to the hook.</summary>
    public string CsvCompatContainerRoot { get; init; } = "/usr/local/cuda/compat_orin";

    /// <summary>Absolute host folders in place of the standard library folders.</summary>
    public IReadOnlyList<string> LibrarySearchPaths { get; init; } = [];

    /// <summary>Absolute host folders in place of <c>/etc</c> and the data folders.</summary>
    public IReadOnlyList<string> ConfigSearchPaths { get; init; } = [];

    /// <summary>Whether the groups of device nodes are left out of the additional group ids.</summary>
    public bool NoAdditionalGids { get; init; }

    /// <summary>The name of a device that holds all others; null: none.</summary>
    public string? MergedDevice { get; init; }

    /// <summary>Whether the specification sets <c>NVIDIA_VISIBLE_DEVICES=void</c>. Off for gated features in legacy mode.</summary>
    public bool SetsVisibleDevicesVoid { get; init; } = true;

    /// <summary>
    /// Whether a GPU that is asked for under two ids is described twice, so that its cgroup rule appears twice. Not for files, in which two devices
    /// of one name are not allowed.
    /// </summary>
    public bool KeepsRepeatedDevices { get; init; }

    /// <summary>
    /// For a container that starts now, whether it has a node of this path from elsewhere: then the beginning of a UUID may name a device, and a GPU whose node
    /// is missing is not given silently without it. Null for files.
    /// </summary>
    public Func<string, bool>? HasOwnNode { get; init; }
}

/// <summary>How devices are named; each chosen strategy gives every device one name.</summary>
public enum DeviceNameStrategy
{
    /// <summary><c>0</c> for a GPU, <c>0:1</c> for a MIG device.</summary>
    Index,

    /// <summary><c>gpu0</c> for a GPU, <c>mig0:1</c> for a MIG device.</summary>
    TypeIndex,

    /// <summary>The UUID that the driver gives: <c>GPU-…</c>, <c>MIG-…</c>.</summary>
    Uuid,
}

/// <summary>The feature flags of generation.</summary>
public static class FeatureFlag
{
    /// <summary>Mounts libraries that carry no driver version too.</summary>
    public const string ExplicitDriverLibraries = "enable-explicit-driver-libraries";

    /// <summary>Has no effect: the sandbox library is not used.</summary>
    public const string DisableSandboxUtils = "disable-nvsandboxutils";

    /// <summary>As <see cref="DisableSandboxUtils"/>.</summary>
    public const string DisableSandboxUtilsAlias = "disable-nvsandbox-utils";

    /// <summary>Tells on each GPU whether it shares addresses with the processor.</summary>
    public const string CoherentAnnotations = "enable-coherent-annotations";

    /// <summary>Describes a Tegra host as one device, whatever GPUs it has.</summary>
    public const string DisableMultipleCsvDevices = "disable-multiple-csv-devices";

    /// <summary>Leaves out the additional group ids; the command line turns it into <see cref="GenerationOptions.NoAdditionalGids"/>.</summary>
    public const string NoAdditionalGids = "no-additional-gids-for-device-nodes";

    /// <summary>Leaves out the sockets.</summary>
    public const string DisableIpc = "disable-ipc-discoverer";

    /// <summary>Mounts the driver's libraries for 32-bit programs too.</summary>
    public const string Compat32 = "enable-compat32";

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<string> Known =
    [
        ExplicitDriverLibraries, DisableSandboxUtils, DisableSandboxUtilsAlias, CoherentAnnotations, DisableMultipleCsvDevices, NoAdditionalGids, DisableIpc,
        Compat32,
    ];
}

/// <summary>What a generated specification describes.</summary>
public enum GenerationMode
{
    /// <summary>Decided by the platform: WSL, Tegra, or else NVML.</summary>
    Auto,

    /// <summary>Tegra: the files that the csv files of the platform name.</summary>
    Csv,

    /// <summary>The node of GPUDirect copy.</summary>
    Gdrcopy,

    /// <summary>The nodes of GPUDirect storage.</summary>
    Gds,

    /// <summary>IMEX channels.</summary>
    Imex,

    /// <summary>Every NVIDIA node as one device, for containers that manage GPUs.</summary>
    Management,

    /// <summary>The nodes of InfiniBand verbs.</summary>
    Mofed,

    /// <summary>Full GPUs and MIG devices of the NVIDIA kernel driver.</summary>
    Nvml,

    /// <summary>The nodes of NVSwitch.</summary>
    Nvswitch,

    /// <summary>The paravirtual GPU of the Windows Subsystem for Linux.</summary>
    Wsl,
}

/// <summary>Modes as users write them.</summary>
public static class GenerationModeText
{
    /// <summary>All modes, in the order of their names.</summary>
    public static readonly IReadOnlyList<GenerationMode> All =
    [
        GenerationMode.Auto, GenerationMode.Csv, GenerationMode.Gdrcopy, GenerationMode.Gds, GenerationMode.Imex, GenerationMode.Management,
        GenerationMode.Mofed, GenerationMode.Nvml, GenerationMode.Nvswitch, GenerationMode.Wsl,
    ];

    /// <summary>The word for a mode, such as "nvml".</summary>
    public static string ToText(this GenerationMode mode) => mode switch
    {
        GenerationMode.Auto => "auto",
        GenerationMode.Csv => "csv",
        GenerationMode.Gdrcopy => "gdrcopy",
        GenerationMode.Gds => "gds",
        GenerationMode.Imex => "imex",
        GenerationMode.Management => "management",
        GenerationMode.Mofed => "mofed",
        GenerationMode.Nvml => "nvml",
        GenerationMode.Nvswitch => "nvswitch",
        _ => "wsl",
    };

    /// <summary>The mode of a word, in any case of its letters; null when there is none.</summary>
    public static GenerationMode? Parse(string text)
    {
        foreach (GenerationMode mode in All)
        {
            if (string.Equals(mode.ToText(), text, StringComparison.OrdinalIgnoreCase))
                return mode;
        }
        return null;
    }
}
