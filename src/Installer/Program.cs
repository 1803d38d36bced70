namespace GpuContainers.Installer;

/// <summary>The installer of a node, which stays as long as the node shall have the toolkit.</summary>
public static class Program
{
    /// <summary>Runs the installer and returns its exit status.</summary>
    public static int Main(string[] arguments)
    {
        using var output = new StreamWriter(new StandardStream(StandardStream.Output), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        LogFormat format = Console.IsErrorRedirected ? LogFormat.Text : LogFormat.Terminal;
        return new InstallerProgram(output, new Descriptor(StandardStream.Error).WriteOnce, format, Environment.GetEnvironmentVariable).Run(arguments);
    }
}

/// <summary>From arguments to an exit status, with the messages around a run.</summary>
/// <param name="output">Standard output: the configuration that is used, and what was done.</param>
/// <param name="errors">Standard error: diagnostics.</param>
/// <param name="logFormat">How diagnostics look there.</param>
/// <param name="environment">The variables: a value, or null if it is not set.</param>
internal sealed class InstallerProgram(TextWriter output, LogWriter errors, LogFormat logFormat, Func<string, string?> environment)
{
    /// <summary>Runs one command line: 0, or 1 for any error.</summary>
    public int Run(IReadOnlyList<string> arguments)
    {
        Log.Start(LogLevel.Info, new LogDestination(errors, logFormat));
        Log.Info($"Starting {InstallerCommand.Name}");
        var program = new CommandLineProgram(InstallerCommand.Create(), output, errors, logFormat, environment)
        {
            Debug = GeneralFlags.Debug,
            ErrorPrefix = $"error running {InstallerCommand.Name}: ",
        };
        int status = program.Run(arguments);
        if (status == 0)
            Log.Info($"Completed {InstallerCommand.Name}");
        return status;
    }
}
