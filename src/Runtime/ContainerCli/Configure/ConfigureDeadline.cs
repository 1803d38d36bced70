using System.Runtime.InteropServices;
using GpuContainers.Linux.Processes;
using GpuContainers.Runtime.Create;

namespace GpuContainers.Runtime.ContainerCli.Configure;

/// <summary>The end of the patience of <c>configure</c>: a container start must not hang because a file system below the root does (SEC-25).</summary>
internal static class ConfigureDeadline
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private static int s_calls;

    /// <summary>Starts the watch; the child that asks the driver has a limit of its own.</summary>
    internal static unsafe void Start() => ProcessDeadline.Start(s_limit, &Expire, pausesForChildren: true);

    [UnmanagedCallersOnly]
    private static void Expire(nint unused)
    {
        // If nobody reads what is written, the next call ends the process.
        if (Interlocked.Increment(ref s_calls) == 1)
        {
            StandardStreams.WriteErrorText(
                $"{ContainerCliProgram.Name}: mount error: not done within {s_limit.TotalSeconds} seconds: a file system used by the container does not answer; "
                + "look for it among the container's volumes and in the kernel log (dmesg)\n");
        }
        ProcessEnd.Now(1);
    }
}
