namespace GpuContainers.EndToEnd.Tests;

/// <summary>Hosts of other kinds, each with one container.</summary>
public sealed class OtherHostsTests
{
    private const string Nodes = "cd /dev && ls -d nvidia* 2>/dev/null; true";

    [Fact]
    public void A_driver_container_is_used_through_the_configured_root()
    {
        using SimulatedHost host = SimulatedHost.Start("driver-container");
        Configure(host, "[nvidia-container-cli]\nroot = \"/run/nvidia/driver\"\n");
        // Device nodes lie on the host: RT-13 takes the root for both, so they are shown there as a driver container does it.
        host.Shell("mkdir -p /run/nvidia/driver/dev && cp -a /dev/nvidia* /run/nvidia/driver/dev/").Succeeded();
        ContainerResult result = new Container(host).Run("probe libcuda.so.1; " + Nodes).Succeeded();
        Assert.Contains("libcuda.so.1: loaded", result.Output, StringComparison.Ordinal);
        Assert.Contains("nvidia1", result.Lines);
    }

    [Fact]
    public void Graphics_bring_DRM_nodes_and_their_links_by_path()
    {
        using SimulatedHost host = SimulatedHost.Start("rtx-graphics");
        ContainerResult result = new Container(host)
            .Run("ls /dev/dri /dev/dri/by-path; readlink /dev/dri/by-path/pci-0000:18:00.0-card; probe libGLX_nvidia.so.0 libnvidia-egl-gbm.so.1").Succeeded();
        Assert.Contains("card0", result.Lines);
        Assert.Contains("renderD128", result.Lines);
        Assert.Contains("../card0", result.Lines);
        Assert.DoesNotContain("not loaded", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1:0", new[] { "nvidia-cap147", "nvidia-cap148" })]
    [InlineData("1:4", new[] { "nvidia-cap237", "nvidia-cap238" })]
    public void A_MIG_device_brings_its_capabilities_and_its_parent_only(string request, string[] capabilities)
    {
        using SimulatedHost host = SimulatedHost.Start("a100-mig");
        ContainerResult result = new Container(host).With("NVIDIA_VISIBLE_DEVICES=" + request).Run("ls /dev /dev/nvidia-caps").Succeeded();
        Assert.Contains("nvidia1", result.Lines);
        Assert.DoesNotContain("nvidia0", result.Lines);
        Assert.Equal(capabilities,
            result.Lines.Where(static l => l.StartsWith("nvidia-cap1", StringComparison.Ordinal) || l.StartsWith("nvidia-cap2", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_index_counts_by_the_bus_and_the_node_follows_the_minor()
    {
        using SimulatedHost host = SimulatedHost.Start("reordered-minors");
        Assert.Contains("nvidia2", new Container(host).With("NVIDIA_VISIBLE_DEVICES=0").Run(Nodes).Succeeded().Lines);
    }

    // Full GPUs are read from /proc (ADR 4): what the vendor's library does is not a matter for them.
    [Theory]
    [InlineData("nvml-fails")]
    [InlineData("nvml-hangs")]
    [InlineData("nvml-crashes")]
    public void A_broken_NVML_does_not_keep_a_container_from_its_GPUs(string name)
    {
        using SimulatedHost host = SimulatedHost.Start(name);
        Assert.Contains("nvidia1", new Container(host).With("NVIDIA_VISIBLE_DEVICES=1").Run(Nodes).Succeeded().Lines);
    }

    [Fact]
    public void A_kernel_module_of_another_version_is_refused_with_both_versions_and_the_cure()
    {
        using SimulatedHost host = SimulatedHost.Start("stale-module");
        ContainerResult result = new Container(host).Run("true");
        Assert.Equal(100, result.Status);
        Assert.Contains("550.54.15", result.Errors, StringComparison.Ordinal);
        Assert.Contains("570.133.20", result.Errors, StringComparison.Ordinal);
        Assert.Contains("reboot", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-182")]
    public void Without_a_driver_only_a_container_that_asks_for_GPUs_fails()
    {
        using SimulatedHost host = SimulatedHost.Start("bare");
        new Container(host).With("NVIDIA_VISIBLE_DEVICES=void").Run("true").Succeeded();
        ContainerResult result = new Container(host).Run("true");
        Assert.Equal(100, result.Status);
        Assert.Single(result.Errors.TrimEnd('\n').Split('\n'));
    }

    private static void Configure(SimulatedHost host, string text)
    {
        Directory.CreateDirectory(host.At("/etc/nvidia-container-runtime"));
        File.WriteAllText(host.At("/etc/nvidia-container-runtime/config.toml"), text);
    }
}
