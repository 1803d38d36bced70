namespace GpuContainers.Repository.Tests;

/// <summary>What hooks may take: they run in the container's cgroup, and every container start waits for them.</summary>
[Requirement("HK-131", "HK-134")]
public sealed class HookUsageTests(NativeTools tools, ITestOutputHelper output) : IClassFixture<NativeTools>
{
    private const double MostMegabytes = 8;
    private const int MostThreads = 6;
    private const int Libraries = 600;

    public static TheoryData<string, string[]> Hooks() => new()
    {
        { "create-symlinks", [.. Enumerable.Range(0, 30).SelectMany(static i => new[] { "--link", $"libnumber{i}.so.1::/usr/lib/deep/libnumber{i}.so" })] },
        { "enable-cuda-compat", ["--host-driver-version=570.133.20"] },
        { "update-ldcache", ["--folder", "/opt/driver"] },
        { "disable-device-node-modification", [] },
        { "update-application-profile", [] },
        { "chmod", ["--mode", "755", "--path", "/opt/driver"] },
        { "noop", [] },
    };

    [Theory]
    [Requirement("HK-131")]
    [MemberData(nameof(Hooks))]
    public void A_hook_takes_at_most_8_MiB_and_6_threads(string hook, string[] arguments)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hooks need root");
        using var root = new HookRoot(tools, Libraries);
        HookUsage usage = root.Run([hook, .. arguments]);
        output.WriteLine($"{hook}: {usage}");
        Assert.InRange(usage.PeakMegabytes, 0, MostMegabytes);
        Assert.InRange(usage.Threads, 1, MostThreads);
    }

    [Fact]
    [Requirement("HK-131")]
    public void Ten_thousand_libraries_take_less_than_32_MiB()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "hooks need root");
        using var root = new HookRoot(tools, 10_000);
        HookUsage usage = root.Run("update-ldcache", "--folder", "/opt/driver");
        output.WriteLine(usage.ToString());
        Assert.InRange(usage.PeakMegabytes, 0, 32);
    }
}
