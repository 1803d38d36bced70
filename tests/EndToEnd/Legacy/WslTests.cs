namespace GpuContainers.EndToEnd.Tests.Legacy;

/// <summary>nvidia-container-cli on the Windows Subsystem for Linux: one node for all GPUs, and the driver of Windows from its store.</summary>
public sealed class WslTests
{
    private const string Store = "/usr/lib/wsl/drivers/";

    [Fact]
    [Requirement("CL-17", "CL-34", "CL-37", "CL-148")]
    public void The_driver_is_that_of_the_store()
    {
        using var host = SimulatedHost.Start("wsl");
        string[] list = host.Run("nvidia-container-cli", "list", "--device=all", "--libraries", "--binaries", "--firmwares").Succeeded().Output.Split('\n');
        Assert.Equal("/dev/dxg", Assert.Single(list, static line => line.StartsWith("/dev/", StringComparison.Ordinal)));
        Assert.Contains("/usr/lib/wsl/lib/libdxcore.so", list);
        Assert.Contains(list, static line => line.StartsWith(Store, StringComparison.Ordinal) && line.EndsWith("/nvidia-smi", StringComparison.Ordinal));
        Assert.DoesNotContain(list, static line => line.Contains("firmware", StringComparison.Ordinal));
        string info = host.Run("nvidia-container-cli", "info").Succeeded().Output;
        Assert.Contains("Model:          NVIDIA GeForce RTX 4090\n", info, StringComparison.Ordinal);
        Assert.Contains("Device Minor:   0\n", info, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CL-148", "CL-149")]
    [InlineData("--device=all --utility", true, true)]
    [InlineData("--device=0", true, false)]
    [InlineData("", false, false)]
    public void A_container_gets_node_loader_and_store(string options, bool hasStore, bool hasProgram)
    {
        using var host = SimulatedHost.Start("wsl");
        string[] mounts = host.Run("unshare", "--mount", "/bin/sh", "-c", $"""
            R=/run/root; mkdir -p $R/etc $R/dev $R/usr/lib && mount --bind $R $R
            nvidia-container-cli --load-kmods configure --pid=$$ --no-cgroups --ldconfig=@/sbin/ldconfig {options} $R || exit
            cut -d' ' -f5,6 /proc/self/mountinfo | grep "^$R/" | sed "s|^$R||"
            """).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string Flags(string end) => string.Join(',', Assert.Single(mounts, line => line.Split(' ')[0].EndsWith(end, StringComparison.Ordinal)).Split(' ')[1]
            .Split(',').Where(static flag => flag is "ro" or "nosuid" or "nodev" or "noexec"));
        Assert.Equal("ro,nosuid,noexec", Flags("/dev/dxg"));
        Assert.Equal("ro,nosuid,nodev", Flags("/libdxcore.so"));
        Assert.Equal(hasProgram, mounts.Any(static line => line.StartsWith("/usr/bin/nvidia-smi ", StringComparison.Ordinal)));
        string[] store = [.. mounts.Where(static line => line.StartsWith(Store, StringComparison.Ordinal))];
        Assert.Equal(hasStore ? 8 : 0, store.Length);
        if (hasStore)
            Assert.Equal("ro,nosuid,nodev", Flags("/libcuda.so.1.1"));
        Assert.DoesNotContain(mounts, static line => line.StartsWith("/proc", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("CL-17", "CL-147")]
    public void A_store_without_a_file_of_the_driver_is_not_one()
    {
        using var host = SimulatedHost.Start("wsl");
        host.Shell($"rm {Store}*/*").Succeeded();
        CommandResult result = host.Run("nvidia-container-cli", "list");
        Assert.Equal(1, result.Status);
        Assert.StartsWith(
            "nvidia-container-cli: initialization error: WSL environment detected but no adapters were found; ", result.Errors, StringComparison.Ordinal);
    }
}
