namespace GpuContainers.Generation;

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
