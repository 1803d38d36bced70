namespace GpuContainers.Linux.Processes;

/// <summary>Signals to other processes.</summary>
public static class ProcessSignal
{
    /// <summary>SIGHUP: "read your configuration again".</summary>
    public const int HangUp = 1;

    /// <summary>Sends a signal to one process.</summary>
    /// <param name="process">Its number; 1 and less, which stand for the whole system or for groups, are refused (EINVAL).</param>
    /// <param name="signal">The signal's number.</param>
    /// <exception cref="LinuxException">There is no such process, or it is another user's.</exception>
    public static void Send(int process, int signal)
    {
        if (process < 2)
            throw new LinuxException(Errno.EINVAL, $"signal process {process}", "");
        if (Libc.Kill(process, signal) != 0)
            throw new LinuxException(Libc.LastError, $"signal process {process}", "");
    }
}
