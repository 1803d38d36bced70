namespace GpuContainers.Generation;

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
    public static readonly IReadOnlyList<GenerationMode> All = Enum.GetValues<GenerationMode>();

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
