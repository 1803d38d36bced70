namespace GpuContainers.Runtime;

/// <summary>The text for a failure that nobody foresaw: one line instead of a crash (RT-6).</summary>
internal static class InternalError
{
    /// <summary>What happened, where in the program, and what to do about it.</summary>
    public static string Describe(Exception fault)
    {
        string place = fault.TargetSite() is { Length: > 0 } site ? $" in {site}" : "";
        return $"internal error: {fault.GetType().Name}{place}: {fault.Message}; please report this";
    }

    // The first line of the trace names the method that failed; source positions are not shown (RT-49).
    private static string TargetSite(this Exception fault)
    {
        string line = (fault.StackTrace ?? "").AsSpan().Trim().ToString().Split('\n')[0].Trim();
        if (line.StartsWith("at ", StringComparison.Ordinal))
            line = line[3..];
        int position = line.IndexOf(" in ", StringComparison.Ordinal);
        return position < 0 ? line : line[..position];
    }
}
