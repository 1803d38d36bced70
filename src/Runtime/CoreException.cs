namespace GpuContainers.Runtime;

/// <summary>A program of the core cannot do its work. The message is what the user sees: what happened, why, and where one is known the cure.</summary>
/// <param name="reason">The kind of failure.</param>
/// <param name="message">The text; it begins as NVIDIA's does, so that scripts find it.</param>
/// <param name="inner">What caused it, if another exception did.</param>
public sealed class CoreException(CoreFailure reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of failure.</summary>
    public CoreFailure Reason { get; } = reason;

    /// <summary>The same failure, its text preceded by the step that failed.</summary>
    public CoreException Within(string step) => new(Reason, step + Message, InnerException);

    /// <summary>The same failure, its text followed by what to do about it.</summary>
    public CoreException Advising(string cure) => new(Reason, $"{Message}; {cure}", InnerException);
}
