using System.Globalization;

namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>
/// A process that swaps a component of a target with a link to the host while nvidia-container-cli configure works. `make test-races` runs it ten thousand
/// times and more, `make test-slow` less often.
/// </summary>
[Trait("Kind", "slow")]
public sealed class ConfigureRaceTests(CanaryHost fixture, ITestOutputHelper output) : IClassFixture<CanaryHost>
{
    // RACE_RUNS counts the runs of a hook with few paths; there are twelve times as many cases here, and three kernels for each.
    private static readonly int s_runs =
        int.TryParse(Environment.GetEnvironmentVariable("RACE_RUNS"), NumberStyles.None, CultureInfo.InvariantCulture, out int runs)
            ? Math.Max(runs / 12, 10) : 10;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(20);

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string> Components => [.. ConfigureUse.Components];

    [Theory]
    [Requirement("SEC-3", "CL-87", "NL-13", "NL-14")]
    [MemberData(nameof(Components))]
    public void CVE_2025_23359_no_swap_leads_a_mount_to_the_host(string component)
    {
        fixture.PrepareCanary();
        string mounts = Mounts();
        foreach (string kernel in ConfigureUse.Kernels)
        {
            Torment(component, kernel, "-x", s_runs);
            Torment(component, kernel, "-l", Math.Max(s_runs / 5, 5));
            fixture.AssertUntouched();
        }
        Assert.Equal(mounts, Mounts());
    }

    private void Torment(string component, string kernel, string manner, int runs)
    {
        HookRoot root = ConfigureUse.Prepare(Host);
        string path = $"{root.Folder}/{component}", script = root.Bundle + "/configure";
        root.MakeLink("swap", CanaryHost.Canary);
        root.MakeLink("swap-file", CanaryHost.Canary + "/file");
        if (!Path.Exists(root.At(component)))
            root.MakeFile(component, "text");
        File.WriteAllText(Host.At(script), $"""
            {ConfigureUse.Mounts(root)}
            exec {ConfigureUse.Command(root, kernel)}
            """);
        string other = manner == "-l" ? CanaryHost.Canary : root.Folder + (Directory.Exists(root.At(component)) ? "/swap" : "/swap-file");
        string[] counts = Host.Run([NativeTool.Program("torment"), runs.ToString(CultureInfo.InvariantCulture), "-n", "-r", root.Folder,
            .. ConfigureUse.Made.SelectMany(static made => (string[])["-u", made]), manner, path, other, "--", "/bin/sh", script], s_limit)
            .Succeeded().Output.Split(' ', StringSplitOptions.TrimEntries);
        output.WriteLine($"configure {component} without {(kernel.Length == 0 ? "nothing" : kernel)}, openat2 {manner} links: {string.Join(' ', counts)}");
        // A run may fail, because what it sees makes no sense at times; it may not die, nor leave a mount elsewhere.
        Assert.Equal("0", counts[2]);
        Assert.Equal("0", counts[3]);
        root.Delete();
    }

    private string Mounts() => Host.Run("cat", "/proc/self/mountinfo").Succeeded().Output;
}
