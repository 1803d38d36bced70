namespace GpuContainers.Linux.Processes;

/// <summary>The end of this process.</summary>
public static class ProcessEnd
{
    /// <summary>Ends the process at once (_exit(2)), even while other threads hang in the kernel; nothing is flushed or run.</summary>
    public static void Now(int status) => Libc.Exit(status);
}
