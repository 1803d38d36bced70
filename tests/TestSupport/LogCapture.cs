using System.Text;
using GpuContainers.Diagnostics;

namespace GpuContainers.TestSupport;

/// <summary>Collects what code writes to the log, which is that of the test's own thread.</summary>
public static class LogCapture
{
    /// <summary>Runs code and returns the lines it logged, in the text format.</summary>
    public static string Of(Action action, LogLevel level = LogLevel.Info)
    {
        var lines = new MemoryStream();
        Log.Start(level, new LogDestination(lines.Write, LogFormat.Text));
        try
        {
            action();
        }
        finally
        {
            Log.Current = null;
        }
        return Encoding.UTF8.GetString(lines.ToArray());
    }
}
