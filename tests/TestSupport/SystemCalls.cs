namespace GpuContainers.TestSupport;

/// <summary>System calls as strace writes them down.</summary>
public static class SystemCalls
{
    // The second line of a call that another thread's came between, the ends of processes and signals; how often threads wait for each other is up to the
    // scheduler, and how often memory is asked for, or what lies beside it given back, to where the kernel by chance put it.
    private static readonly string[] NoCalls = [" resumed>", " +++ ", " --- ", "sched_yield(", "futex(", " brk(", " munmap("];

    // What a further thread does before its first step. One that only sleeps, as the watch over the time does, may be ended before it comes to any of that.
    private static readonly string[] StartOfThread = ["rseq(", "set_robust_list(", "rt_sigprocmask(", "rt_sigtimedwait("];

    /// <summary>The calls in a trace, each as its line, without those whose number is luck.</summary>
    /// <param name="trace">The file that strace's option -o named.</param>
    public static string[] In(string trace)
    {
        string[] lines = [.. File.ReadLines(trace).Where(static line => !NoCalls.Any(word => line.Contains(word, StringComparison.Ordinal)))];
        string first = lines.Length == 0 ? "" : lines[0].Split(' ')[0] + " ";
        return [.. lines.Where(line => line.StartsWith(first, StringComparison.Ordinal)
            || !StartOfThread.Any(word => line.Contains(" " + word, StringComparison.Ordinal)))];
    }
}
