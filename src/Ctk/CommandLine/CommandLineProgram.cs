using System.CommandLine;
using GpuContainers.Diagnostics;

namespace GpuContainers.Ctk.CommandLine;

/// <summary>From arguments to a verb and its exit status.</summary>
/// <param name="output">Standard output: results.</param>
/// <param name="errors">Standard error: diagnostics.</param>
/// <param name="logFormat">How diagnostics look there.</param>
/// <param name="environment">The variables: a value, or null if it is not set.</param>
internal sealed class CommandLineProgram(TextWriter output, LogWriter errors, LogFormat logFormat, Func<string, string?> environment)
{
    private readonly RootVerb _root = new();

    /// <summary>Runs one command line and returns its exit status: 0, 1 for any error, 3 for an unknown command word (CT-4).</summary>
    public int Run(IReadOnlyList<string> arguments)
    {
        StartLog(LogLevel.Info);
        try
        {
            return Invoke(Spelling.Read(_root.Verb, arguments, environment));
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
            HelpText.Write(fault.Verb ?? _root.Verb, output);
            output.Flush();
            Log.Error(fault.Message);
            return 1;
        }
        catch (Exception failure)
        {
            // Whatever happens, one error line and status 1; the trace of a fault of our own is for bug reports (CT-4, CT-5).
            Log.Error(
                IsExpected(failure) ? failure.Message : $"internal error, please report it with the command line: {failure.GetType().Name}: {failure.Message}");
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
        ParseResult result = _root.Verb.Parse(command.Tokens, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (result.Errors.Count > 0)
            throw new CommandLineException(CommandLineFault.Usage, result.Errors[0].Message) { Verb = command.Verb };
        StartLog(Level(result));
        if (result.GetValue(_root.Help))
            return HelpText.Write(command.Verb, output);
        if (result.GetValue(_root.Version))
        {
            output.Write(ProductVersion.Banner(RootVerb.ProgramName));
            return 0;
        }
        if (command.Verb.Run is not { } run)
            return HelpText.Write(command.Verb, output);
        // A stray word is most often a forgotten dash, so it is named before anything is changed (CT-16).
        foreach (string word in command.Ignored)
            Log.Warning($"Ignoring the argument '{word}': {command.Verb.Words} takes none");
        return run(new Invocation(command.Verb, result, output));
    }

    // The exceptions of our rooms and of the file system are written for people.
    private static bool IsExpected(Exception failure) =>
        failure is IOException or UnauthorizedAccessException
            || failure.GetType().Namespace?.StartsWith(nameof(GpuContainers), StringComparison.Ordinal) == true;

    private LogLevel Level(ParseResult result) =>
        result.GetValue(_root.Quiet) ? LogLevel.Error : result.GetValue(_root.Debug) ? LogLevel.Debug : LogLevel.Info;

    private void StartLog(LogLevel level) =>
        Log.Start(level, new LogDestination(errors, logFormat));

    private void PrintError(string text)
    {
        output.Flush();
        new LogDestination(errors, logFormat).WritePlain(text);
    }
}
