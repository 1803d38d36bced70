namespace GpuContainers.EndToEnd.Tests;

/// <summary>Images made to keep a hook busy for ever, as far as they are made in no time; the others are in <see cref="HookEnduranceTests"/>.</summary>
public sealed class HookBombTests(CanaryHost fixture) : IClassFixture<CanaryHost>
{
    private SimulatedHost Host => fixture.Host;

    public static TheoryData<string> Bombs => [.. Bomb.Small];

    [Theory]
    [Requirement("SEC-16")]
    [MemberData(nameof(Bombs))]
    public void An_image_made_in_no_time_cannot_keep_a_hook_busy_or_fill_its_memory(string bomb) => Bomb.Defuse(Host, bomb);

    [Theory]
    [Requirement("SEC-16")]
    [InlineData("update-ldcache", "etc/ld.so.conf")]
    [InlineData("update-application-profile", "etc/nvidia/nvidia-application-profiles-rc.d/10-container.conf")]
    [InlineData("enable-cuda-compat", "usr/local/cuda/compat/libcuda.so.999.2")]
    [InlineData("disable-device-node-modification", "proc/driver/nvidia/params")]
    public void A_pipe_in_place_of_a_file_hangs_no_hook(string hook, string path)
    {
        HookUse use = HookUse.Named(hook);
        HookRoot root = HookUse.Prepare(Host);
        if (File.Exists(root.At(path)))
            File.Delete(root.At(path));
        Nodes.MakePipe(root.At(path));
        Assert.Equal(use.Mounts ? 1 : 0, root.Run(use.Arguments, "unshare", "--mount").Status);
    }
}
