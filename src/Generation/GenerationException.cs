namespace GpuContainers.Generation;

/// <summary>No specification came about. The message begins with the reference's text, so that scripts find it, and ends with the cure if one is known.</summary>
/// <param name="reason">The kind of failure.</param>
/// <param name="message">What happened, and what to do about it.</param>
/// <param name="inner">What caused it, if another exception did.</param>
public sealed class GenerationException(GenerationFailure reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The kind of failure.</summary>
    public GenerationFailure Reason { get; } = reason;
}
