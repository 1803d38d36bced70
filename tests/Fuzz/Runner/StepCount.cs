using System.Runtime.InteropServices;

namespace GpuContainers.Fuzz.Tests.Runner;

/// <summary>
/// What an input costs, without a clock: the branches that the code under test takes, and the bytes it allocates. Counted in a copy of this program whose
/// assemblies tell of their branches (<see cref="AflSession.Instrument"/>).
/// </summary>
internal static class StepCount
{
    /// <summary>The variable that has SharpFuzz make such assemblies.</summary>
    public const string Variable = "SHARPFUZZ_ENABLE_ON_BRANCH_CALLBACK";

    // Each branch counts itself in a table of this size too, which is afl-fuzz's where that runs (SharpFuzz.Common.Trace).
    private const int TableSize = 1 << 16;

    /// <summary>Runs the target on each file and prints a line with both numbers for each.</summary>
    public static unsafe void Print(IFuzzTarget target, IEnumerable<string> files)
    {
        long branches = 0;
        SharpFuzz.Common.Trace.SharedMem = (byte*)NativeMemory.AllocZeroed(TableSize);
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
