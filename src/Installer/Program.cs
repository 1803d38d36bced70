using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;

namespace GpuContainers.Installer;

/// <summary>The installer of a node, which stays as long as the node shall have the toolkit.</summary>
public static class Program
{
    private const int StandardError = 2;

    /// <summary>Runs the installer and returns its exit status.</summary>
    public static int Main(string[] arguments)
    {
        using var output = new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        LogFormat format = Console.IsErrorRedirected ? LogFormat.Text : LogFormat.Terminal;
        return new InstallerProgram(output, new Descriptor(StandardError).WriteOnce, format, Environment.GetEnvironmentVariable).Run(arguments);
    }
}
