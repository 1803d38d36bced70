namespace GpuContainers.Diagnostics;

/// <summary>A failure that is told to whoever runs the program: what happened and why, and what to do about it.</summary>
/// <param name="what">What happened and why; begins in lower case and names the path or value.</param>
/// <param name="hint">What to do about it; empty where that is not known, or is a part of the text.</param>
/// <param name="inner">What caused it, if another exception did.</param>
public class ToolkitException(string what, string hint, Exception? inner = null) : Exception(hint.Length == 0 ? what : $"{what}; {hint}", inner)
{
    /// <summary>A failure without a hint of its own.</summary>
    public ToolkitException(string message, Exception? inner = null)
        : this(message, "", inner)
    {
    }

    /// <summary>What to do about it; it ends the message too.</summary>
    public string Hint => hint;

    /// <summary>Whether a failure was written for whoever runs the program; anything else is a fault of the program.</summary>
    public static bool IsToldToUsers(Exception failure) => failure is ToolkitException or IOException or UnauthorizedAccessException;

    /// <summary>Does a step of the work; what fails in it names the step.</summary>
    /// <param name="what">What the message begins with.</param>
    /// <param name="step">The step.</param>
    /// <exception cref="ToolkitException">It failed for a reason that is written for people.</exception>
    public static T During<T>(string what, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception failure) when (IsToldToUsers(failure))
        {
            throw new ToolkitException($"{what}: {failure.Message}", failure);
        }
    }

    /// <summary>As the other, for a step without a result.</summary>
    public static void During(string what, Action step) => During(what, () =>
    {
        step();
        return true;
    });
}
