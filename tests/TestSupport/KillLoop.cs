using System.Diagnostics;

namespace GpuContainers.TestSupport;

/// <summary>
/// Kills of a program at moments that are spread over the length of its run, which is measured again and again. For tests that take long by their nature:
/// what a kill can leave behind shows <see cref="KilledRuns"/> without a clock.
/// </summary>
public static class KillLoop
{
    private const int KillsBetweenMeasures = 50;
    private const int MostRounds = 40;

    /// <summary>
    /// Runs and kills so often at least, and goes on until one run was killed before it had changed anything and one had changed all it was to change.
    /// </summary>
    /// <param name="kills">How often.</param>
    /// <param name="start">Puts the files in order and starts the program.</param>
    /// <param name="isChanged">Looks at what a run has left: whether that is the new state; it must be that or the old one.</param>
    public static void Run(int kills, Func<Process> start, Func<bool> isChanged)
    {
        int changed = 0, unchanged = 0;
        TimeSpan length = default;
        for (int i = 0; i < kills || ((changed == 0 || unchanged == 0) && i < kills * MostRounds); i++)
        {
            int step = i % KillsBetweenMeasures;
            if (step == 0)
                length = Enumerable.Range(0, 3).Min(_ => LengthOfRun(start));
            using Process process = start();
            // To a quarter of its length behind its end.
            Thread.Sleep(length * 1.25 * step / KillsBetweenMeasures);
            process.Kill();
            process.WaitForExit();
            _ = isChanged() ? changed++ : unchanged++;
        }
        Assert.NotEqual(0, changed);
        Assert.NotEqual(0, unchanged);
    }

    private static TimeSpan LengthOfRun(Func<Process> start)
    {
        var clock = Stopwatch.StartNew();
        using Process process = start();
        process.WaitForExit();
        return clock.Elapsed;
    }
}
