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
