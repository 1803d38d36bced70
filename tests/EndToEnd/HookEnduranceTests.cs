using System.Globalization;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>Hooks that are killed often, and large images made to keep a hook busy for ever.</summary>
[Trait("Kind", "slow")]
public sealed class HookEnduranceTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private const int Kills = 1000;

    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string> Bombs => [.. Bomb.Large];

    [Theory]
    [Requirement("SEC-14")]
    [InlineData("create-symlinks")]
    [InlineData("update-ldcache")]
    [InlineData("update-application-profile")]
    [InlineData("enable-cuda-compat")]
    public void A_killed_hook_leaves_at_most_its_temporary_file(string hook)
    {
        HookUse use = HookUse.Named(hook);
        HookRoot root = HookUse.Prepare(Host);
        string[] before = Names(root);
        string[] counts = Host.Run([NativeTool.Program("torment"), $"{Kills}", "-s", root.StateFile, "-r", root.Folder, "-k",
            "-u", "etc/ld.so.cache", "-u", "usr/lib/deep/made", "-u", "etc/nvidia/nvidia-application-profiles-rc.d/10-container.conf", "--", "nvidia-cdi-hook",
                .. use.Arguments])
            .Succeeded().Output.Split(' ');
        int killed = int.Parse(counts[2], CultureInfo.InvariantCulture);
        // The kills fell before the end and behind it, so that they fell everywhere between.
        Assert.NotEqual(0, killed);
        Assert.NotEqual(0, int.Parse(counts[0], CultureInfo.InvariantCulture));
        string[] temporary = [.. Names(root).Where(static n => Path.GetFileName(n).StartsWith('.'))];
        Assert.All(temporary, static n => Assert.Matches("^\\.nvct-[0-9a-f]{16}$", Path.GetFileName(n)));
        Assert.InRange(temporary.Length, 0, killed);
        // A drop-in has a random name of its own and is written in place: one that was cut short is one more file of the same kind.
        string[] drops = ["00-nvcr-", "zz-nvcr-", "00-compat-"];
        Assert.Empty(Names(root).Except(before).Except(temporary).Where(n => !drops.Any(d => Path.GetFileName(n).StartsWith(d, StringComparison.Ordinal)))
            .Except(["etc/ld.so.cache", "usr/lib/deep/made", "etc/nvidia", "etc/nvidia/nvidia-application-profiles-rc.d",
                "etc/nvidia/nvidia-application-profiles-rc.d/10-container.conf", "opt/lib/libcuda.so.1"]));
        // And the next run works as if nothing had been.
        root.Run(use.Arguments).Succeeded();
        Assert.Empty(Host.Shell($"find {root.Folder} -newer {root.StateFile} \\( -perm /6000 -o ! -user root -o ! -type l -perm /022 \\)").Succeeded().Output);
    }

    [Theory]
    [Requirement("SEC-16")]
    [MemberData(nameof(Bombs))]
    public void An_image_cannot_keep_a_hook_busy_or_fill_its_memory(string bomb) => Bomb.Defuse(Host, bomb);

    private string[] Names(HookRoot root) =>
        Host.Shell($"cd {root.Folder}; find . -printf '%P\\n'").Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
