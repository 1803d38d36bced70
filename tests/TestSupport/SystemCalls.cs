namespace GpuContainers.TestSupport;

/// <summary>System calls as strace writes them down.</summary>
public static class SystemCalls
{
    // The second line of a call that another thread's came between, the ends of processes and signals; and how often threads wait for each other is up to
    // the scheduler.
    private static readonly string[] NoCalls = [" resumed>", " +++ ", " --- ", "sched_yield(", "futex("];

    /// <summary>The calls in a trace, each as its line, without those whose number is luck.</summary>
    /// <param name="trace">The file that strace's option -o named.</param>
    public static string[] In(string trace) =>
        [.. File.ReadLines(trace).Where(static line => !NoCalls.Any(word => line.Contains(word, StringComparison.Ordinal)))];
}
