namespace GpuContainers.Cdi.Lint;

/// <summary>What to do about problems whose own text does not say it.</summary>
internal static class Cures
{
    internal static string Of(string text)
    {
        if (text.Contains("unknown field", StringComparison.Ordinal))
            return "remove the member or correct its name; members of newer versions of the format are unknown, too";
        if (text.Contains("already set", StringComparison.Ordinal))
            return "keep one of the two members";
        if (text.Contains("must be at least", StringComparison.Ordinal))
            return "declare that version";
        if (text.Contains("empty device edits", StringComparison.Ordinal))
            return "give the device edits, or remove it";
        return text.Contains("multiple device", StringComparison.Ordinal) ? "rename or remove one of them" : "correct the value";
    }
}
