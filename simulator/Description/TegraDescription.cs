namespace GpuContainers.Simulator.Description;

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
