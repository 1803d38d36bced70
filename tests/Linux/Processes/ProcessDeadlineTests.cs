using System.Diagnostics;
using System.Runtime.InteropServices;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Linux.Tests.Processes;

[Trait("Kind", "slow")]
public sealed unsafe class ProcessDeadlineTests
{
    private static readonly ManualResetEventSlim s_expired = new();
    private static readonly ManualResetEventSlim s_paused = new();

    [Fact]
    public void The_call_comes_after_the_time_and_not_before()
    {
        var clock = Stopwatch.StartNew();
        ProcessDeadline.Start(TimeSpan.FromMilliseconds(150), &Expire);
        Assert.True(s_expired.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.True(clock.ElapsedMilliseconds >= 149);
    }

    // A child has a limit of its own.
    [Fact]
    [Requirement("RT-266")]
    public void The_time_of_a_child_does_not_count_where_it_must_not()
    {
        ProcessDeadline.Start(TimeSpan.FromSeconds(2), &ExpirePaused, pausesForChildren: true);
        ChildProcess.Run("/bin/sleep", ["sleep", "4"], null, TimeSpan.FromMinutes(1));
        Assert.False(s_paused.IsSet);
        Assert.True(s_paused.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
    }

    [UnmanagedCallersOnly]
    private static void ExpirePaused(nint unused) => s_paused.Set();

    [UnmanagedCallersOnly]
    private static void Expire(nint unused) => s_expired.Set();
}
