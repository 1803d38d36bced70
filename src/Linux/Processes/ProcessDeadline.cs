using GpuContainers.Linux.SystemCalls;

namespace GpuContainers.Linux.Processes;

/// <summary>A call that comes when this process has taken too long, even while it hangs in a system call.</summary>
public static unsafe class ProcessDeadline
{
    /// <summary>
    /// Has the function called on a thread of its own after that time: a signal's handler would not do, because a process that waits for a file system that
    /// does not answer handles no signal, though it can be ended. Until then only a sleeping thread of the C library exists, for which nobody waits: a managed
    /// thread would cost a third of a program's start, because its starter waits until it runs.
    /// </summary>
    /// <param name="limit">The time from now, by a clock that nobody sets.</param>
    /// <param name="expired">What to call; its argument means nothing. It has to end the process by itself.</param>
    /// <exception cref="LinuxException">The kernel gives no timer.</exception>
    public static void Start(TimeSpan limit, delegate* unmanaged<nint, void> expired)
    {
        var notification = new Libc.TimerEvent { Notify = Libc.NotifyByThread, Function = expired };
        nint timer;
        if (Libc.CreateTimer(Libc.MonotonicClock, &notification, &timer) != 0)
            throw new LinuxException(Libc.LastError, "make timer", "");
        var setting = new Libc.TimerSetting
        {
            Seconds = (long)limit.TotalSeconds,
            Nanoseconds = limit.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick,
        };
        if (Libc.SetTimer(timer, 0, &setting, null) != 0)
            throw new LinuxException(Libc.LastError, "set timer", "");
    }
}
