using GpuContainers.Ctk.CommandLine;
using GpuContainers.Oci;

namespace GpuContainers.Ctk;

/// <summary>The tools program: every command of nvidia-ctk but hook.</summary>
public static class Program
{
    /// <summary>Runs the command and returns its exit status.</summary>
    public static int Main(string[] arguments)
    {
        using var output = new StreamWriter(new StandardStream(StandardStream.Output), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        // People at a terminal see short lines, files and pipes get records (CT-2, CT-3).
        LogFormat format = Console.IsErrorRedirected ? LogFormat.Text : LogFormat.Terminal;
        LogWriter errors = new Descriptor(StandardStream.Error).WriteOnce;
        var program = new CommandLineProgram(RootCommand.Create(), output, errors, format, Environment.GetEnvironmentVariable)
        {
            Debug = RootCommand.Debug,
            Quiet = RootCommand.Quiet,
            Width = Terminal.Width,
            IsAlsoToldToUsers = static failure => failure is CdiException or OciException,
        };
        return program.Run(arguments);
    }
}
