namespace GpuContainers.Linux.SystemCalls;

/// <content>time.h: timers of the process.</content>
internal static partial class Libc
{
    internal const int MonotonicClock = 1;

    /// <summary>CLOCK_THREAD_CPUTIME_ID.</summary>
    internal const int ThreadClock = 3;

    /// <summary>SIGEV_THREAD: a thread is made for the call when the time comes, not before.</summary>
    internal const int NotifyByThread = 2;

    /// <summary>struct sigevent.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    internal unsafe struct TimerEvent
    {
        [FieldOffset(12)] internal int Notify;
        [FieldOffset(16)] internal delegate* unmanaged<nint, void> Function;
    }

    /// <summary>struct timespec.</summary>
    internal struct ClockTime
    {
        internal long Seconds;
        internal long Nanoseconds;
    }

    [LibraryImport(Library, EntryPoint = "clock_gettime", SetLastError = true)]
    internal static unsafe partial int GetTime(int clock, ClockTime* time);

    /// <summary>struct itimerspec.</summary>
    internal struct TimerSetting
    {
        internal long IntervalSeconds;
        internal long IntervalNanoseconds;
        internal long Seconds;
        internal long Nanoseconds;
    }

    [LibraryImport(Library, EntryPoint = "timer_create", SetLastError = true)]
    internal static unsafe partial int CreateTimer(int clock, TimerEvent* notification, nint* timer);

    [LibraryImport(Library, EntryPoint = "timer_settime", SetLastError = true)]
    internal static unsafe partial int SetTimer(nint timer, int flags, TimerSetting* setting, TimerSetting* before);
}
