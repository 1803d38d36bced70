namespace GpuContainers.Linux.Processes;

/// <summary>A call that comes when this process has taken too long, even while it hangs in a system call. It does not survive execve.</summary>
public static unsafe class ProcessDeadline
{
    private static nint s_timer;
    private static bool s_pausesForChildren;

    /// <summary>
    /// Has the function called on a thread of its own after that time, and again each second as long as the process lives, in case the first call hangs too: a
    /// signal's handler would not do, because a process that waits for a file system that does not answer handles no signal, though it can be ended. Until then
    /// only a sleeping thread of the C library exists, for which nobody waits: a managed thread would cost a third of a program's start, because its starter
    /// waits until it runs.
    /// </summary>
    /// <param name="limit">The time from now, by a clock that nobody sets.</param>
    /// <param name="expired">What to call; its argument means nothing. It has to end the process by itself.</param>
    /// <param name="pausesForChildren">Whether the time of child processes, which have limits of their own, does not count.</param>
    /// <exception cref="LinuxException">The kernel gives no timer.</exception>
    public static void Start(TimeSpan limit, delegate* unmanaged<nint, void> expired, bool pausesForChildren = false)
    {
        var notification = new Libc.TimerEvent { Notify = Libc.NotifyByThread, Function = expired };
        nint timer;
        if (Libc.CreateTimer(Libc.MonotonicClock, &notification, &timer) != 0)
            throw new LinuxException(Libc.LastError, "make timer", "");
        var setting = new Libc.TimerSetting
        {
            IntervalSeconds = 1,
            Seconds = (long)limit.TotalSeconds,
            Nanoseconds = limit.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
        };
        if (Libc.SetTimer(timer, 0, &setting, null) != 0)
            throw new LinuxException(Libc.LastError, "set timer", "");
        s_timer = timer;
        s_pausesForChildren = pausesForChildren;
    }

    /// <summary>Stops the clock for a child process, if it is to be; the setting is for <see cref="Resume"/>.</summary>
    internal static Libc.TimerSetting Pause()
    {
        Libc.TimerSetting left = default;
        if (s_pausesForChildren)
        {
            Libc.TimerSetting none = default;
            _ = Libc.SetTimer(s_timer, 0, &none, &left);
        }
        return left;
    }

    /// <summary>Lets the clock go on with the time that was left.</summary>
    internal static void Resume(Libc.TimerSetting left)
    {
        if (s_pausesForChildren)
            _ = Libc.SetTimer(s_timer, 0, &left, null);
    }
}

/// <summary>The end of this process.</summary>
public static class ProcessEnd
{
    /// <summary>Ends the process at once (_exit(2)), even while other threads hang in the kernel; nothing is flushed or run.</summary>
    public static void Now(int status) => Libc.Exit(status);
}

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
