namespace GpuContainers.Generation;

/// <summary>What to generate, and from where (discovery.md section 13.1). The defaults are those of the library; the command line has its own.</summary>
public sealed record GenerationOptions
{
    /// <summary>What to describe.</summary>
    public GenerationMode Mode { get; init; } = GenerationMode.Auto;

    /// <summary>Where the driver's files are; empty means <c>/</c>.</summary>
    public string DriverRoot { get; init; } = "/";

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

    /// <summary>Feature flags (discovery.md section 13.2); unknown ones are warned about and ignored.</summary>
    public IReadOnlyList<string> FeatureFlags { get; init; } = [];

    /// <summary>Hooks to leave out; <c>all</c> is every hook that is not enabled by name (DS-85).</summary>
    public IReadOnlyList<string> DisabledHooks { get; init; } = [];

    /// <summary>Hooks to put in although they are off otherwise (DS-85).</summary>
    public IReadOnlyList<string> EnabledHooks { get; init; } = [];

    /// <summary>The csv files of a Tegra host; null: the three default files (DS-109).</summary>
    public IReadOnlyList<string>? CsvFiles { get; init; }

    /// <summary>Patterns of <c>sym</c> entries to leave out (DS-115).</summary>
    public IReadOnlyList<string> CsvIgnorePatterns { get; init; } = [];

    /// <summary>Where an Orin container has its compatibility libraries (GN-36); empty: not passed to the hook.</summary>
    public string CsvCompatContainerRoot { get; init; } = "/usr/local/cuda/compat_orin";

    /// <summary>Absolute host folders in place of the standard library folders (DS-13).</summary>
    public IReadOnlyList<string> LibrarySearchPaths { get; init; } = [];

    /// <summary>Absolute host folders in place of <c>/etc</c> and the data folders (DS-37).</summary>
    public IReadOnlyList<string> ConfigSearchPaths { get; init; } = [];

    /// <summary>Whether the groups of device nodes are left out of the additional group ids (DS-133).</summary>
    public bool NoAdditionalGids { get; init; }

    /// <summary>The name of a device that holds all others; null: none (GN-55).</summary>
    public string? MergedDevice { get; init; }

    /// <summary>Whether the specification sets <c>NVIDIA_VISIBLE_DEVICES=void</c> (GN-6). Off for gated features in legacy mode (RT-220).</summary>
    public bool SetsVisibleDevicesVoid { get; init; } = true;

    /// <summary>
    /// Whether a GPU that is asked for under two ids is described twice, so that its cgroup rule appears twice (RT-177). Not for files, in which two devices
    /// of one name are not allowed (GN-10).
    /// </summary>
    public bool KeepsRepeatedDevices { get; init; }
}
