using GpuContainers.Linux;
using Microsoft.Win32.SafeHandles;

namespace GpuContainers.Tests.Shared;

/// <summary>Collects what code writes to the log. The log is one for the whole process, so only one collection runs at a time.</summary>
internal static class LogCapture
{
    private static readonly Lock s_one = new();

    /// <summary>Runs code and returns the lines it logged, in the text format.</summary>
    public static string Of(Action action, LogLevel level = LogLevel.Info)
    {
        lock (s_one)
        {
            string path = Path.GetTempFileName();
            try
            {
                using (SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite))
                {
                    Log.Start(level, new LogDestination(file, LogFormat.Text));
                    action();
                    Log.Start(LogLevel.Info);
                }
                return File.ReadAllText(path);
            }
            finally
            {
                Log.Start(LogLevel.Info);
                File.Delete(path);
            }
        }
    }
}
