using System.Runtime.InteropServices;

namespace GpuContainers.Runtime.Create;

/// <summary>
/// The end of the patience of the shim, of the prestart hook and of nvidia-container-cli: an engine that waits for ever tells nobody why (RT-266). The child
/// that asks the driver has a limit of its own.
/// </summary>
internal static class ShimDeadline
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static LogOutput? s_log;
    private static string s_beginning = "";
    private static Action<string> s_tell = StandardStreams.WriteError;
    private static int s_calls;

    /// <summary>Starts the watch over what this thread does.</summary>
    /// <param name="beginning">How the message begins, if it comes to one.</param>
    /// <param name="tell">Writes a message to standard error in the program's own form.</param>
    internal static unsafe void Start(string beginning, Action<string> tell)
    {
        s_beginning = beginning;
        s_tell = tell;
        s_log = Log.Current;
        ProcessDeadline.Start(s_limit, &Expire, pausesForChildren: true);
    }

    [UnmanagedCallersOnly]
    private static void Expire(nint unused)
    {
        if (Interlocked.Increment(ref s_calls) == 1)
        {
            string message = $"{s_beginning}not done within {s_limit.TotalSeconds} seconds: "
                + "a file system on which the bundle, the container's files, the driver or a CDI specification lies does not answer; "
                + "look for it in the kernel log (dmesg) and among the mounts from other machines";
            s_tell(message);
            // The log may lie where nothing answers either; then the next call ends the process.
            s_log?.Write(LogLevel.Error, message);
        }
        ProcessEnd.Now(1);
    }
}
