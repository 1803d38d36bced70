namespace GpuContainers.Ctk.Doctor;

/// <summary>Small texts.</summary>
internal static class Text
{
    /// <summary>A number with its noun: "1 GPU", "2 GPUs".</summary>
    /// <param name="number">The number.</param>
    /// <param name="noun">The noun for one.</param>
    /// <param name="plural">The noun for several, where that is not made by an s.</param>
    public static string Count(int number, string noun, string plural = "") =>
        $"{number} {(number == 1 ? noun : plural.Length > 0 ? plural : noun + "s")}";

    /// <summary>The first of some names, and how many more there are: "a, b and 3 more".</summary>
    public static string Some(IReadOnlyList<string> names, int shown = 2) =>
        names.Count <= shown ? string.Join(", ", names) : $"{string.Join(", ", names.Take(shown))} and {names.Count - shown} more";
}
