using System.Globalization;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>
/// A process that swaps a component of a path with a link to the host while a hook works: what checks of a path before its use cannot withstand (guide to
/// security, M1 and M2). With openat2, and without it. `make test-races` runs each case ten thousand times, `make test-slow` less often.
/// </summary>
[Trait("Kind", "slow")]
public sealed class RaceTests(CanaryHost fixture, ITestOutputHelper output) : IClassFixture<CanaryHost>
{
    private static readonly int Runs =
        int.TryParse(Environment.GetEnvironmentVariable("RACE_RUNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int runs) ? runs : 40;

    private static readonly string[] Targets = [CanaryHost.Canary, CanaryHost.Canary + "/file"];

    // A process every millisecond for as many times: that may take longer than other commands.
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(20);

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string, string> Cases()
    {
        var cases = new TheoryData<string, string>();
        foreach (HookUse use in HookUse.All)
        {
            foreach (string component in use.Components)
                cases.Add(use.Hook, component);
        }
        return cases;
    }

    [Theory]
    [Requirement("SEC-3")]
    [MemberData(nameof(Cases))]
    public void CVE_2026_24260_and_CVE_2025_23359_no_swap_leads_a_hook_to_the_host(string hook, string component)
    {
        HookUse use = HookUse.Named(hook);
        fixture.PrepareCanary();
        string mounts = Mounts();
        foreach (string refusal in Refusals.All)
        {
            // Both refusals come to the same walker: one of them is enough for the long run.
            int runs = refusal == "EPERM" ? Math.Max(Runs / 10, 10) : Runs;
            Assert.Equal("0", Torment(use, component, refusal, "exchange", runs)[3]);
            Assert.Equal("0", Torment(use, component, refusal, "links", Math.Max(runs / 5, 10))[3]);
            fixture.AssertUntouched();
        }
        Assert.Equal(mounts, Mounts());
    }

    // The race is worth something only if a careless program loses it.
    [Fact]
    public void A_careless_program_does_lose_the_race()
    {
        fixture.PrepareCanary();
        HookRoot root = HookUse.Prepare(Host);
        root.MakeLink("swap", CanaryHost.Canary);
        string folder = root.Folder + "/usr/lib/deep";
        // How often it loses is up to the scheduler: it has a hundred thousand tries, in rounds that end with the first loss.
        Host.Shell($"""
            for round in $(seq 1000); do
                {NativeTool.Program("torment")} 100 -x {folder} {root.Folder}/swap -- sh -c '[ -L {folder} ] || touch {folder}/lost' >/dev/null
                [ -e {CanaryHost.Canary}/lost ] && break
            done
            """).Succeeded();
        Assert.Contains("lost", Host.Shell("ls " + CanaryHost.Canary).Succeeded().Output, StringComparison.Ordinal);
    }

    private string[] Torment(HookUse use, string component, string refusal, string manner, int runs)
    {
        HookRoot root = HookUse.Prepare(Host);
        string path = $"{root.Folder}/{component}";
        List<string> options = ["-s", root.StateFile, "-r", root.Folder];
        if (use.Mounts)
            options.Add("-n");
        // What the hook made last time would keep it from working again.
        foreach (string made in (string[])["etc/ld.so.cache", "usr/lib/deep/made", "etc/nvidia/nvidia-application-profiles-rc.d/10-container.conf"])
            options.AddRange(["-u", made]);
        foreach ((string target, int i) in Targets.Select(static (t, i) => (t, i)))
            root.MakeLink($"swap{i}", target);
        if (!Path.Exists(root.At(component)))
            root.MakeFile(component, "text");
        options.AddRange(manner == "exchange"
            ? ["-x", path, root.Folder + (Directory.Exists(root.At(component)) ? "/swap0" : "/swap1")]
            : ["-l", path, CanaryHost.Canary]);
        string[] counts = Host.Run([NativeTool.Program("torment"), runs.ToString(CultureInfo.InvariantCulture), .. options, "--", .. Refusals.Wrapper(refusal),
            "nvidia-cdi-hook", .. use.Arguments], Limit)
            .Succeeded().Output.Split(' ', StringSplitOptions.TrimEntries);
        output.WriteLine($"{use.Hook} {component} openat2 {refusal} {manner}: {string.Join(' ', counts)}");
        // A run may fail, because what it sees makes no sense at times; it may not die, nor leave a mount elsewhere.
        Assert.Equal("0", counts[2]);
        root.Delete();
        return counts;
    }

    private string Mounts() => Host.Run("cat", "/proc/self/mountinfo").Succeeded().Output;
}
