using GpuContainers.Diagnostics;

namespace GpuContainers.CommandLine;

/// <summary>A command line that cannot be understood: its help is shown with the message.</summary>
/// <param name="message">The text for people.</param>
/// <param name="command">The command whose help is shown; null for that of the program.</param>
public sealed class CommandLineException(string message, Command? command) : ToolkitException(message)
{
    /// <summary>The command whose help is shown; null for that of the program.</summary>
    public Command? Command => command;
}

/// <summary>A word that is not a command.</summary>
/// <param name="message">The text for people.</param>
public sealed class UnknownCommandException(string message) : ToolkitException(message);
