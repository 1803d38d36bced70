using System.Text;
using GpuContainers.Diagnostics;

namespace GpuContainers.TestSupport;

/// <summary>Collects what code writes to the log. The log is one for the whole process, so only one collection runs at a time.</summary>
public static class LogCapture
{
    private static readonly Lock s_one = new();

    /// <summary>Runs code and returns the lines it logged, in the text format.</summary>
    public static string Of(Action action, LogLevel level = LogLevel.Info)
    {
        lock (s_one)
        {
            var lines = new MemoryStream();
            Log.Start(level, new LogDestination(lines.Write, LogFormat.Text));
            try
            {
                action();
            }
            finally
            {
                Log.Start(LogLevel.Info);
            }
            return Encoding.UTF8.GetString(lines.ToArray());
        }
    }
}
