using System.Diagnostics;
using System.Runtime.InteropServices;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Linux.Tests.Processes;

[Trait("Kind", "slow")]
public sealed unsafe class ProcessDeadlineTests
{
    private static readonly ManualResetEventSlim s_expired = new();

    [Fact]
    public void The_call_comes_after_the_time_and_not_before()
    {
        var clock = Stopwatch.StartNew();
        ProcessDeadline.Start(TimeSpan.FromMilliseconds(150), &Expire);
        Assert.True(s_expired.Wait(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));
        Assert.True(clock.ElapsedMilliseconds >= 149);
    }

    [UnmanagedCallersOnly]
    private static void Expire(nint unused) => s_expired.Set();
}
