using System.CommandLine;
using GpuContainers.Diagnostics;

namespace GpuContainers.CommandLine;

/// <summary>From arguments to a verb and its exit status.</summary>
/// <param name="tree">The commands.</param>
/// <param name="output">Standard output: results.</param>
/// <param name="errors">Standard error: diagnostics.</param>
/// <param name="logFormat">How diagnostics look there.</param>
/// <param name="environment">The variables: a value, or null if it is not set.</param>
public sealed class CommandLineProgram(CommandTree tree, TextWriter output, LogWriter errors, LogFormat logFormat, Func<string, string?> environment)
{
    /// <summary>What stands in front of the line that tells the error of a command.</summary>
    public string ErrorPrefix { get; init; } = "";

    /// <summary>Runs one command line and returns its exit status: 0, 1 for any error, 3 for an unknown command word.</summary>
    public int Run(IReadOnlyList<string> arguments)
    {
        StartLog(LogLevel.Info);
        try
        {
            return Invoke(Spelling.Read(tree.Root, arguments, environment));
        }
        catch (CommandLineException fault) when (fault.Reason == CommandLineFault.UnknownCommand)
        {
            PrintError(fault.Message + "\n");
            return 3;
        }
        catch (CommandLineException fault) when (fault.Reason == CommandLineFault.Usage)
        {
            // The reason, the help of that command, and the reason again as an error line (CT-15).
            PrintError($"Incorrect Usage: {fault.Message}\n\n");
            HelpText.Write(fault.Verb ?? tree.Root, output);
            output.Flush();
            Log.Error(ErrorPrefix + fault.Message);
            return 1;
        }
        catch (Exception failure)
        {
            // Whatever happens, one error line and status 1; the trace of a fault of our own is for bug reports (CT-4, CT-5).
            string internalError = $"internal error, please report it with the command line: {failure.GetType().Name}: {failure.Message}";
            Log.Error(ErrorPrefix + (IsExpected(failure) ? failure.Message : internalError));
            Log.Debug($"{failure}");
            return 1;
        }
        finally
        {
            output.Flush();
        }
    }

    private int Invoke(SpelledCommand command)
    {
        ParseResult result = tree.Root.Parse(command.Tokens, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
            throw new CommandLineException(CommandLineFault.Usage, result.Errors[0].Message) { Verb = command.Verb };
        StartLog(Level(result));
        if (result.GetValue(tree.Help))
            return HelpText.Write(command.Verb, output);
        if (result.GetValue(tree.Version))
        {
            output.Write(ProductVersion.Banner(tree.Root.Title));
            return 0;
        }
        if (command.Verb.Run is not { } run)
            return HelpText.Write(command.Verb, output);
        // A stray word is most often a forgotten dash, so it is named before anything is changed (CT-16).
        foreach (string word in command.Ignored)
            Log.Warning($"Ignoring the argument '{word}': {(command.Verb.Above is null ? command.Verb.Name : command.Verb.Words)} takes none");
        return run(new Invocation(command.Verb, result, output));
    }

    // The exceptions of our rooms and of the file system are written for people.
    private static bool IsExpected(Exception failure) =>
        failure is IOException or UnauthorizedAccessException
            || failure.GetType().Namespace?.StartsWith(nameof(GpuContainers), StringComparison.Ordinal) == true;

    private LogLevel Level(ParseResult result) =>
        IsOn(result, tree.Quiet) ? LogLevel.Error : IsOn(result, tree.Debug) ? LogLevel.Debug : LogLevel.Info;

    private static bool IsOn(ParseResult result, FlagSetting? flag) => flag is not null && result.GetValue(flag);

    private void StartLog(LogLevel level) =>
        Log.Start(level, new LogDestination(errors, logFormat));

    private void PrintError(string text)
    {
        output.Flush();
        new LogDestination(errors, logFormat).WritePlain(text);
    }
}
