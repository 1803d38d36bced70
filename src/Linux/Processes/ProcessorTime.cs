namespace GpuContainers.Linux.Processes;

/// <summary>The processor's time that the running thread has used since a moment, in user space and in the kernel.</summary>
public readonly struct ProcessorTime
{
    private readonly long _start;

    private ProcessorTime(long start) => _start = start;

    /// <summary>Starts now, for the running thread.</summary>
    public static ProcessorTime Start() => new(Now());

    /// <summary>What was used since; to be asked on the same thread.</summary>
    public long Microseconds => Now() - _start;

    private static unsafe long Now()
    {
        Libc.ClockTime time;
        return Libc.GetTime(Libc.ThreadClock, &time) == 0 ? (time.Seconds * 1_000_000) + (time.Nanoseconds / 1000) : 0;
    }
}
