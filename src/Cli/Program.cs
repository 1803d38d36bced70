using System.Text;
using GpuContainers.Linux;
using Microsoft.Win32.SafeHandles;

namespace GpuContainers.Cli;

/// <summary>The tools program: every verb of nvidia-ctk but hook.</summary>
public static class Program
{
    private const int StandardError = 2;

    /// <summary>Runs the verb and returns its exit status.</summary>
    public static int Main(string[] arguments)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        using var errors = new SafeFileHandle(StandardError, ownsHandle: false);
        // CT-2, CT-3: people at a terminal see short lines, files and pipes get records.
        LogFormat format = Console.IsErrorRedirected ? LogFormat.Text : LogFormat.Terminal;
        return new CommandLineProgram(output, errors, format, Environment.GetEnvironmentVariable).Run(arguments);
    }
}
