using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;

namespace GpuContainers.Runtime.Create;

/// <summary>Standard output and error without the console classes, which cost start time and change the terminal (RT-62).</summary>
internal static class StandardStreams
{
    private static readonly Descriptor s_output = new(1);
    private static readonly Descriptor s_errors = new(2);

    /// <summary>Writes text to standard output at once, so that it precedes what the low-level runtime prints (RT-25).</summary>
    public static void Write(string text) => Write(s_output, text);

    /// <summary>Writes text to standard error as it is (LG-9).</summary>
    public static void WriteErrorText(string text) => Write(s_errors, text);

    /// <summary>One line on standard error in the text format, whatever the format of the log files is (RT-5, RT-45).</summary>
    public static void WriteError(string message) =>
        new LogDestination(s_errors.WriteOnce, LogFormat.Text).Write(LogLevel.Error, message);

    private static void Write(Descriptor stream, string text)
    {
        try
        {
            stream.Write(Encoding.UTF8.GetBytes(text), "standard stream");
        }
        catch (LinuxException)
        {
            // Nobody reads; the container matters more than the text.
        }
    }
}
