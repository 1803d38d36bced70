namespace GpuContainers.Ctk.CommandLine;

/// <summary>The spellings of booleans on command lines, in the environment and in <c>--set</c> (CT-10, CF-111).</summary>
internal static class BooleanText
{
    /// <summary>Reads one of the twelve spellings; false if the text is none of them.</summary>
    public static bool TryParse(string text, out bool value)
    {
        value = text is "1" or "t" or "T" or "TRUE" or "true" or "True";
        return value || text is "0" or "f" or "F" or "FALSE" or "false" or "False";
    }
}
