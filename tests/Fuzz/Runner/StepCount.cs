namespace GpuContainers.Fuzz.Tests.Runner;

/// <summary>
/// What an input costs, without a clock: the branches that the code under test takes, and the bytes it allocates. Counted in a copy of this program whose
/// assemblies tell of their branches (<see cref="AflSession.Instrument"/>).
/// </summary>
internal static class StepCount
{
    /// <summary>The variable that has SharpFuzz make such assemblies.</summary>
    public const string Variable = "SHARPFUZZ_ENABLE_ON_BRANCH_CALLBACK";

    /// <summary>Runs the target on each file and prints a line with both numbers for each.</summary>
    public static void Print(IFuzzTarget target, IEnumerable<string> files)
    {
        long branches = 0;
        SharpFuzz.Common.Trace.OnBranch = (_, _) => branches++;
        foreach (string file in files)
        {
            byte[] input = File.ReadAllBytes(file);
            branches = 0;
            long before = GC.GetAllocatedBytesForCurrentThread();
            target.Run(input);
            Console.Out.WriteLine($"{branches} {GC.GetAllocatedBytesForCurrentThread() - before}");
        }
    }
}
