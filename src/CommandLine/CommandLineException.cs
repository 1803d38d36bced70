namespace GpuContainers.CommandLine;

/// <summary>A command that cannot be carried out as it was given.</summary>
/// <param name="reason">What kind of fault it is.</param>
/// <param name="message">The text for people.</param>
public sealed class CommandLineException(CommandLineFault reason, string message) : Exception(message)
{
    /// <summary>What kind of fault it is.</summary>
    public CommandLineFault Reason { get; } = reason;

    /// <summary>The verb whose help is shown with the message; null for none.</summary>
    public Verb? Verb { get; init; }
}
