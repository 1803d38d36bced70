using GpuContainers.Diagnostics;

namespace GpuContainers.CommandLine;

/// <summary>From arguments to a command and its exit status.</summary>
/// <param name="root">The program itself, with the commands below it.</param>
/// <param name="output">Standard output: results.</param>
/// <param name="errors">Standard error: diagnostics.</param>
/// <param name="logFormat">How diagnostics look there.</param>
/// <param name="environment">The variables: a value, or null if it is not set.</param>
public sealed class CommandLineProgram(Command root, TextWriter output, LogWriter errors, LogFormat logFormat, Func<string, string?> environment)
{
    /// <summary>Help; an option of every root.</summary>
    public static FlagOption Help { get; } = new("--help", "Show help", "-h");

    /// <summary>The version; an option of every root.</summary>
    public static FlagOption Version { get; } = new("--version", "Print the version", "-v");

    /// <summary>The root's option for log level debug; null for none.</summary>
    public FlagOption? Debug { get; init; }

    /// <summary>The root's option for log level error, which wins over debug; null for none.</summary>
    public FlagOption? Quiet { get; init; }

    /// <summary>The width of help texts: that of the terminal.</summary>
    public int Width { get; init; } = WrappedText.UsualWidth;

    /// <summary>Whether a failure of a library that knows nothing of this one is written for people.</summary>
    public Func<Exception, bool> IsAlsoToldToUsers { get; init; } = static _ => false;

    /// <summary>What stands in front of the line that tells the error of a command.</summary>
    public string ErrorPrefix { get; init; } = "";

    /// <summary>Runs one command line and returns its exit status: 0, 1 for any error, 3 for an unknown command word.</summary>
    public int Run(IReadOnlyList<string> arguments)
    {
        StartLog(LogLevel.Info);
        try
        {
            int status = Serve(arguments);
            output.Flush();
            return status;
        }
        catch (Exception failure)
        {
            return Fail(failure);
        }
    }

    private int Serve(IReadOnlyList<string> arguments)
    {
        try
        {
            return Invoke(ArgumentReader.Read(root, arguments, environment, output, Width));
        }
        catch (UnknownCommandException fault)
        {
            PrintError(fault.Message + "\n");
            return 3;
        }
        catch (CommandLineException fault)
        {
            // The reason, the help of that command, and the reason again as an error line (CT-15).
            PrintError($"Incorrect Usage: {fault.Message}\n\n");
            HelpText.Write(fault.Command ?? root, output, Width);
            output.Flush();
            Log.Error(ErrorPrefix + fault.Message);
            return 1;
        }
    }

    // Whatever happens, one error line and status 1; the trace of a fault of our own is for bug reports (CT-4, CT-5).
    private int Fail(Exception failure)
    {
        string internalError = $"internal error, please report it with the command line: {failure.GetType().Name}: {failure.Message}";
        Log.Error(ErrorPrefix + (IsTold(failure) ? failure.Message : internalError));
        Log.Debug($"{failure}");
        try
        {
            output.Flush();
        }
        catch (Exception unwritten) when (IsTold(unwritten))
        {
            Log.Error(ErrorPrefix + unwritten.Message);
        }
        return 1;
    }

    private bool IsTold(Exception failure) => ToolkitException.IsToldToUsers(failure) || IsAlsoToldToUsers(failure);

    private int Invoke(Invocation invocation)
    {
        StartLog(Level(invocation));
        Command command = invocation.Command;
        if (invocation.Get(Help))
            return HelpText.Write(command, output, Width);
        if (invocation.Get(Version))
        {
            output.Write(ProductVersion.Banner(root.Title));
            return 0;
        }
        if (command.Run is not { } run)
            return HelpText.Write(command, output, Width);
        // A stray word is most often a forgotten dash, so it is named before anything is changed (CT-16).
        foreach (string word in invocation.Ignored)
        {
            string why = command.Operands.Length > 0 ? "a switch takes no value behind a blank"
                : $"{(command.Parent is null ? command.Name : command.Words)} takes none";
            Log.Warning($"Ignoring the argument '{word}': {why}");
        }
        return run(invocation);
    }

    private LogLevel Level(Invocation invocation) =>
        Quiet is not null && invocation.Get(Quiet) ? LogLevel.Error : Debug is not null && invocation.Get(Debug) ? LogLevel.Debug : LogLevel.Info;

    private void StartLog(LogLevel level) =>
        Log.Start(level, new LogDestination(errors, logFormat));

    private void PrintError(string text)
    {
        output.Flush();
        new LogDestination(errors, logFormat).WritePlain(text);
    }
}

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
