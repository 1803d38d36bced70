namespace GpuContainers.Runtime;

/// <summary>A program of the core cannot do its work. The message is what the user sees; it begins as NVIDIA's does, so that scripts find it.</summary>
/// <param name="message">What happened and why.</param>
/// <param name="hint">What to do about it; empty where that is not known, or is a part of the message.</param>
/// <param name="inner">What caused it, if another exception did.</param>
public sealed class CoreException(string message, string hint, Exception? inner = null) : ToolkitException(message, hint, inner)
{
    /// <summary>A failure without a hint of its own.</summary>
    public CoreException(string message, Exception? inner = null)
        : this(message, "", inner)
    {
    }

    /// <summary>The same failure, its text preceded by the step that failed, and followed by what to do about it.</summary>
    public CoreException Within(string step, string hint = "") => new(step + Message, hint, InnerException);
}

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
