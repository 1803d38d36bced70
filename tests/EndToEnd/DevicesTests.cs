namespace GpuContainers.EndToEnd.Tests;

/// <summary>What a container gets for what it asked for, through real runc.</summary>
public sealed class DevicesTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private const string List = "cd /dev && ls -d nvidia* 2>/dev/null; true";
    private static readonly string[] Control = ["nvidia-modeset", "nvidia-uvm", "nvidia-uvm-tools", "nvidiactl"];

    [Theory]
    [InlineData("all", new[] { "nvidia0", "nvidia1" })]
    [InlineData("0", new[] { "nvidia0" })]
    [InlineData("1", new[] { "nvidia1" })]
    [InlineData("1,0", new[] { "nvidia0", "nvidia1" })]
    [InlineData("GPU-2f4d1a01-7c3e-4b6a-9d21-5e8f4a000001", new[] { "nvidia1" })]
    public void The_requested_GPUs_and_the_control_nodes_are_there(string request, string[] gpus)
    {
        ContainerResult result = new Container(fixture.Host).With("NVIDIA_VISIBLE_DEVICES=" + request).Run(List).Succeeded();
        Assert.Equal(Control.Concat(gpus).Order(StringComparer.Ordinal), result.Lines.Order(StringComparer.Ordinal));
    }

    // "none" is the driver without a GPU; up to 1.18.1 of NVIDIA's toolkit it showed their nodes (RT-278).
    [Theory]
    [Requirement("RT-127", "RT-278")]
    [InlineData("none")]
    [InlineData("void")]
    [InlineData("")]
    public void An_empty_request_gives_no_GPU(string request)
    {
        ContainerResult result = new Container(fixture.Host).With("NVIDIA_VISIBLE_DEVICES=" + request).Run(List).Succeeded();
        Assert.DoesNotContain(result.Lines, static l => char.IsAsciiDigit(l[^1]));
        if (request == "none")
            Assert.Contains("nvidiactl", result.Output, StringComparison.Ordinal);
        else
            Assert.Empty(result.Lines);
    }

    [Fact]
    public void Without_a_request_nothing_is_given()
    {
        ContainerResult result = new Container(fixture.Host).With().Run(List + "; probe libcuda.so.1; env | grep NVIDIA; true").Succeeded();
        Assert.Single(result.Lines);
        Assert.Contains("not loaded", result.Output, StringComparison.Ordinal);
    }

    // Opening needs the node and the cgroup's permission: with the permission the kernel goes on to look for the driver, which is not there (ENXIO).
    [Fact]
    public void The_device_cgroup_admits_what_was_given_and_nothing_else()
    {
        ContainerResult result = new Container(fixture.Host).With("NVIDIA_VISIBLE_DEVICES=0").Run("cat /dev/nvidia0; cat /dev/nvidiactl; true 2>&1")
            .Succeeded();
        Assert.DoesNotContain("not permitted", result.Errors + result.Output, StringComparison.Ordinal);
        Assert.Contains("No such device", result.Errors + result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void NVML_in_the_container_sees_just_the_given_GPU()
    {
        ContainerResult result = new Container(fixture.Host).With("NVIDIA_VISIBLE_DEVICES=1").Run("probe libnvidia-ml.so.1").Succeeded();
        Assert.Contains("NVML 0: GPU-2f4d1a01-7c3e-4b6a-9d21-5e8f4a000001", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("NVML 1:", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2")]
    [InlineData("GPU-00000000-0000-0000-0000-000000000000")]
    [InlineData("first")]
    public void An_unknown_GPU_is_one_clear_error_and_no_container(string request)
    {
        ContainerResult result = new Container(fixture.Host).With("NVIDIA_VISIBLE_DEVICES=" + request).Run("true");
        Assert.Equal(100, result.Status);
        Assert.Single(result.Errors.TrimEnd('\n').Split('\n'));
        Assert.Contains(request, result.Errors, StringComparison.Ordinal);
        Assert.Equal(
            ["PATH=/usr/bin:/bin", "NVIDIA_VISIBLE_DEVICES=" + request], result.Specification["process"]!["env"]!.AsArray().Select(static v => (string)v!));
    }
}
