using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>
/// No test of <c>make test</c> depends on a clock: what is left of clocks there is a guard against programs that hang, of a minute at least, or a poll for
/// something that comes, in a line that says so. Tests that need a clock carry the trait Kind=slow, and figures come from <c>make bench</c>.
/// </summary>
public sealed partial class ClockRulesTests
{
    private const double LeastGuard = 60;

    // What slow tests alone use.
    private static readonly string[] Exempt = ["KillLoop.cs", "ClockRulesTests.cs"];
    private static readonly string[] ExemptPrograms = ["torment.c", "silent.c"];
    private const string Poll = "// poll";
    private const string Slow = "[Trait(\"Kind\", \"slow\")]";

    [Fact]
    public void A_functional_test_uses_clocks_for_guards_and_polls_alone()
    {
        string[] found = [.. FunctionalLines().Where(static l => UsesClock(l.Text)).Select(static l => $"{l.File}: {l.Text.Trim()}")];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [Fact]
    public void Only_slow_tests_kill_at_moments() =>
        Assert.DoesNotContain(FunctionalLines(), static l => l.Text.Contains("KillLoop.Run(", StringComparison.Ordinal)
            || l.Text.Contains("Program(\"silent\")", StringComparison.Ordinal));

    [Fact]
    public void A_program_of_functional_tests_uses_no_clock() =>
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Checkout.At("tests"), "*.c", SearchOption.AllDirectories)
                .Where(static f => f.Contains("/native/", StringComparison.Ordinal) && !f.Contains("/bin/", StringComparison.Ordinal))
                .Where(static f => !ExemptPrograms.Contains(Path.GetFileName(f))),
            static f => ClockOfC().IsMatch(File.ReadAllText(f)));

    [Theory]
    [InlineData("Thread.Sleep(20);", true)]
    [InlineData("var clock = Stopwatch.StartNew();", true)]
    [InlineData("Assert.InRange(DateTime.UtcNow - start, a, b);", true)]
    [InlineData("wait(TimeSpan.FromSeconds(59))", true)]
    [InlineData("wait(TimeSpan.FromSeconds(60))", false)]
    [InlineData("wait(TimeSpan.FromMinutes(0.5))", true)]
    [InlineData("wait(TimeSpan.FromMinutes(15))", false)]
    [InlineData("wait(TimeSpan.FromSeconds(seconds))", true)]
    [InlineData("process.WaitForExit(30_000)", true)]
    [InlineData("process.WaitForExit(60_000)", false)]
    [InlineData("process.WaitForExit(Command.Limit)", false)]
    [InlineData("run(\"sh\", \"-c\", \"sleep 5\")", true)]
    [InlineData("run(\"sh\", \"-c\", \"sleep infinity\")", false)]
    [InlineData("run(\"sh\", \"-c\", \"sleep 60 & wait\")", false)]
    [InlineData("run(\"timeout 5 true\")", true)]
    [InlineData("run(\"timeout -k 5 90 true\")", false)]
    [InlineData("wait(TimeSpan.FromMilliseconds(50)); // poll", false)]
    public void A_use_of_a_clock_is_seen(string line, bool isSeen) => Assert.Equal(isSeen, UsesClock(line));

    // The members of a file are taken apart at its empty lines; the trait of a class is that of all of them.
    private static IEnumerable<(string File, string Text)> FunctionalLines()
    {
        foreach (string file in SourceFiles.In("tests").Where(static f => !Exempt.Contains(Path.GetFileName(f))))
        {
            string[] members = File.ReadAllText(Checkout.At(file)).Split("\n\n");
            if (members.Any(static m => ("\n" + m).Contains("\n" + Slow, StringComparison.Ordinal)))
                continue;
            foreach (string line in members.Where(static m => !m.Contains(Slow, StringComparison.Ordinal)).SelectMany(static m => m.Split('\n')))
                yield return (file, line);
        }
    }

    private static bool UsesClock(string line) => !line.EndsWith(Poll, StringComparison.Ordinal) && (Clock().IsMatch(line)
        || Span().Matches(line).Any(static m => Seconds(m.Groups[1].Value, m.Groups[2].Value) < LeastGuard)
        || Wait().Matches(line).Any(static m => Seconds("Milliseconds", m.Groups[1].Value) < LeastGuard)
        || Shell().Matches(line).Any(static m => Seconds("Seconds", m.Groups[1].Value) < LeastGuard));

    // What is not a number cannot be judged here, and counts as none.
    private static double Seconds(string unit, string number)
    {
        _ = double.TryParse(number.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out double value);
        return unit switch
        {
            "Hours" => value * 3600,
            "Minutes" => value * 60,
            "Seconds" => value,
            "Milliseconds" => value / 1000,
            _ => 0,
        };
    }

    [GeneratedRegex(@"Stopwatch|TickCount|DateTime(Offset)?\.(Utc)?Now|Thread\.Sleep|Task\.Delay|SpinWait")]
    private static partial Regex Clock();

    [GeneratedRegex(@"TimeSpan\.From([A-Za-z]+)\(([^)]*)\)")]
    private static partial Regex Span();

    [GeneratedRegex(@"\bWait(?:ForExit)?\(([0-9_]+)\b")]
    private static partial Regex Wait();

    [GeneratedRegex(@"\b(?:sleep|timeout(?: -[A-Za-z]+ [0-9.]+)*) ([0-9.]+)")]
    private static partial Regex Shell();

    [GeneratedRegex(@"\b(u?sleep|nanosleep|alarm|clock_gettime|timer_create|setitimer|gettimeofday)\(")]
    private static partial Regex ClockOfC();
}
