using System.Globalization;

namespace GpuContainers.Budgets.Tests;

/// <summary>The end of a hook's patience, on the program itself: the signal's handler is code that only a program compiled ahead of time may have (HK-23).</summary>
public sealed class HookDeadlineTests(NativeTools tools) : IClassFixture<NativeTools>
{
    private const string Record =
        "^time=\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\" level=error msg=\"the hook did not finish within 60 seconds: [a-z ,:]+\"\n$";

    [Fact]
    public void The_kernel_is_asked_for_a_signal_after_60_seconds_HK_23()
    {
        string trace = Path.Combine(tools.Folder, Guid.NewGuid().ToString("N"));
        CommandResult result = Command.Run(Repository.MachineProgram("strace"), "-f", "-qq", "-e", "trace=alarm", "-o", trace, Repository.Program("nvidia-cdi-hook"), "noop");
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "strace may not trace here: " + result.Errors);
        Assert.Contains("alarm(60)", File.ReadAllText(trace), StringComparison.Ordinal);
    }

    [Fact]
    public void A_hook_that_waits_ends_with_a_record_and_status_1_HK_23()
    {
        CommandResult result = Command.Run("/bin/sh", "-c",
            $"sleep 1 | timeout --preserve-status -s ALRM 0.2 {Repository.Program("nvidia-cdi-hook")} update-ldcache --folder /opt/driver");
        Assert.Equal(1, result.Status);
        Assert.Matches(Record, result.Errors);
        Assert.InRange((DateTime.UtcNow - TimeOf(result.Errors)).TotalSeconds, 0, 60);
    }

    // Whatever it is doing at that moment, allocating memory included.
    [Fact]
    public void A_hook_that_works_ends_with_a_record_and_status_1_HK_23()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hooks need root");
        using var root = new HookRoot(tools, 5000);
        int ended = 0;
        for (int microseconds = 1000; microseconds < 20_000; microseconds += 250)
        {
            CommandResult result = Command.Run("/bin/sh", "-c",
                $"exec timeout --preserve-status -s ALRM 0.{microseconds:d6} {Repository.Program("nvidia-cdi-hook")} update-ldcache --folder /opt/driver <{root.State}");
            // A signal before the watch began, or after the end of the work, changes nothing here.
            if (result.Status is 0 or 128 + 14)
                continue;
            Assert.Equal(1, result.Status);
            Assert.Matches(Record, result.Errors);
            ended++;
        }
        Assert.InRange(ended, 10, 76);
    }

    private static DateTime TimeOf(string record) => DateTime.ParseExact(
        record["time=\"".Length..record.IndexOf("\" level", StringComparison.Ordinal)], "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
