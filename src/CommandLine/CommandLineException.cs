namespace GpuContainers.CommandLine;

/// <summary>A command that cannot be carried out as it was given.</summary>
/// <param name="reason">What kind of fault it is.</param>
/// <param name="message">The text for people.</param>
public sealed class CommandLineException(CommandLineFault reason, string message) : Exception(message)
{
    /// <summary>What kind of fault it is.</summary>
    public CommandLineFault Reason { get; } = reason;

    /// <summary>The command whose help is shown with the message; null for none.</summary>
    public Command? Command { get; init; }
}

/// <summary>The ways in which a command line can be at fault.</summary>
public enum CommandLineFault
{
    /// <summary>An unknown flag, a missing value or one that cannot be read: the help is shown too.</summary>
    Usage,

    /// <summary>A word that is not a command: exit status 3.</summary>
    UnknownCommand,

    /// <summary>A value that the command refuses.</summary>
    Value,
}
