using System.Text.Json.Serialization;

namespace GpuContainers.Simulator.Description;

/// <summary>A GPU host, as its file says it. Every member may be missing.</summary>
/// <remarks>The properties of these records can be set, because the generated JSON reader would overwrite the defaults of init-only ones.</remarks>
internal sealed record HostDescription
{
    /// <summary>One sentence for the list of hosts.</summary>
    public string About { get; set; } = "";

    /// <summary>The driver; without it the host has none.</summary>
    public DriverDescription? Driver { get; set; }

    /// <summary>The GPUs, in any order: NVML counts them by PCI bus id.</summary>
    public IReadOnlyList<GpuDescription> Gpus { get; set; } = [];

    /// <summary>The device nodes.</summary>
    public NodeDescription Nodes { get; set; } = new();

    /// <summary>What else there is: "persistenced", "fabricmanager", "mps", "gds", "mofed", "gdrcopy", "nvswitch".</summary>
    public IReadOnlyList<string> Extras { get; set; } = [];

    /// <summary>The numbers of the IMEX channels that have device nodes.</summary>
    public IReadOnlyList<uint> ImexChannels { get; set; } = [];

    /// <summary>What makes the host a Tegra system.</summary>
    public TegraDescription? Tegra { get; set; }

    /// <summary>What makes the host a WSL system.</summary>
    public WslDescription? Wsl { get; set; }

    /// <summary>A real machine, from a support bundle; then nothing else counts.</summary>
    public ImportedHost? Imported { get; set; }

    /// <summary>Further text files, path to content.</summary>
    public IReadOnlyDictionary<string, string> Files { get; set; } = new Dictionary<string, string>();
}

/// <summary>A Tegra system (Jetson, Thor): the GPU is part of the chip, and CSV files say what a container needs.</summary>
internal sealed record TegraDescription
{
    /// <summary>The text of /etc/nv_tegra_release; null when the file is missing.</summary>
    public string? Release
    {
        get; set;
    } = "# R36 (release), REVISION: 4.3, GCID: 38968081, BOARD: generic, EABI: aarch64, DATE: Wed Jan  8 01:49:37 UTC 2025\n";

    /// <summary>The text of /sys/devices/soc0/family; null when there is none.</summary>
    public string? Family { get; set; } = "Tegra\n";

    /// <summary>Whether the CSV files are installed.</summary>
    public bool Csv { get; set; } = true;

    /// <summary>Further CSV files, name to content.</summary>
    public IReadOnlyDictionary<string, string> CsvFiles { get; set; } = new Dictionary<string, string>();
}

/// <summary>A WSL system: the driver is a folder of the Windows host, the device is /dev/dxg.</summary>
internal sealed record WslDescription
{
    /// <summary>The folder below /usr/lib/wsl/drivers.</summary>
    public string DriverStore { get; set; } = "nv_dispi.inf_amd64_8a0e1f4bd0d6a1a5";
}

/// <summary>Ownership and presence of the device nodes.</summary>
internal sealed record NodeDescription
{
    /// <summary>The permission bits of /dev/nvidia*, octal.</summary>
    public string Mode { get; set; } = "666";

    /// <summary>The group of /dev/nvidia*.</summary>
    public uint Group { get; set; }

    /// <summary>The permission bits of /dev/dri/*, octal.</summary>
    public string DrmMode { get; set; } = "660";

    /// <summary>The group of the card nodes.</summary>
    public uint CardGroup { get; set; } = 44;

    /// <summary>The group of the render nodes.</summary>
    public uint RenderGroup { get; set; } = 106;

    /// <summary>The control nodes that are there.</summary>
    public IReadOnlyList<string> Control { get; set; } = ["nvidiactl", "nvidia-modeset", "nvidia-uvm", "nvidia-uvm-tools"];
}

/// <summary>The reader of host files; unknown members are errors, because a misspelt one would silently change nothing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowTrailingCommas = true,
    ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip, UseStringEnumConverter = true, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(HostDescription))]
internal sealed partial class DescriptionJson : JsonSerializerContext;
