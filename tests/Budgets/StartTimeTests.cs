using System.Globalization;

namespace GpuContainers.Budgets.Tests;

/// <summary>The time of a start of the core that has nothing to do, measured against a static C program in the same run, so that it holds on any machine (design, section 8).</summary>
public sealed class StartTimeTests(NativeTools tools, ITestOutputHelper output) : IClassFixture<NativeTools>
{
    private const double MostTimesTrivial = 2.2;
    private const double MostTimesTrivialOfHook = 2.5;
    private const double MostGrowthByMounts = 1.25;
    private const int ManyMounts = 2000;
    private const int Rounds = 100;

    // Other work on the machine can only make a measurement worse: one good one in so many is enough, and a slow start has none.
    private const int Attempts = 20;

    [Fact]
    public void The_core_starts_in_at_most_2_2_times_the_time_of_a_static_C_program() =>
        AssertOnce(() => Ratio("nvidia-container-runtime-hook", "poststart", mounts: 0), MostTimesTrivial);

    // A hook starts its watch over the time besides (HK-23).
    [Fact]
    public void A_hook_starts_in_at_most_2_5_times_the_time_of_a_static_C_program() =>
        AssertOnce(() => Ratio("nvidia-cdi-hook", "noop", mounts: 0), MostTimesTrivialOfHook);

    [Fact]
    public void Two_thousand_mounts_do_not_change_the_start_time()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "mounting needs root");
        AssertOnce(() => Ratio("nvidia-container-runtime-hook", "poststart", ManyMounts) / Ratio("nvidia-container-runtime-hook", "poststart", mounts: 0), MostGrowthByMounts);
    }

    private void AssertOnce(Func<double> measure, double limit)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Attempts && best > limit; i++)
        {
            best = Math.Min(best, measure());
            output.WriteLine($"attempt {i + 1}: best {best:F2}, limit {limit:F2}");
        }
        Assert.True(best <= limit, $"best of {Attempts} measurements is {best:F2}, the limit {limit:F2}");
    }

    // The fastest twentieth: what the start costs when nothing comes between.
    private double Ratio(string name, string verb, int mounts)
    {
        string program = Repository.Program(name);
        _ = tools["trivial"];
        CommandResult result = Command.Run(
            tools["timer"], Rounds.ToString(CultureInfo.InvariantCulture), mounts.ToString(CultureInfo.InvariantCulture), program, verb);
        Assert.SkipWhen(result.Status == 2, "mounting is not possible here: " + result.Errors);
        string[] lines = result.Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        double Fastest(int column) => lines.Select(l => double.Parse(l.Split(' ')[column], CultureInfo.InvariantCulture)).Order().ElementAt(lines.Length / 20);
        output.WriteLine($"{name}, {mounts} mounts: C {Fastest(0) / 1e6:F3} ms, core {Fastest(1) / 1e6:F3} ms");
        return Fastest(1) / Fastest(0);
    }
}
