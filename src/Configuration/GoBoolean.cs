namespace GpuContainers.Configuration;

/// <summary>The spellings of truth values on command lines, in the environment and in <c>--set</c>, which are those of the Go language.</summary>
public static class GoBoolean
{
    /// <summary>Reads one of the twelve spellings; null for any other text.</summary>
    public static bool? Parse(string? text) => text switch
    {
        "1" or "t" or "T" or "true" or "True" or "TRUE" => true,
        "0" or "f" or "F" or "false" or "False" or "FALSE" => false,
        _ => null,
    };
}
