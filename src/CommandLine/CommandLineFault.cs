namespace GpuContainers.CommandLine;

/// <summary>The ways in which a command line can be at fault.</summary>
public enum CommandLineFault
{
    /// <summary>An unknown flag, a missing value or one that cannot be read: the help is shown too.</summary>
    Usage,

    /// <summary>A word that is no command: exit status 3.</summary>
    UnknownCommand,

    /// <summary>A value that the command refuses.</summary>
    Value,
}
