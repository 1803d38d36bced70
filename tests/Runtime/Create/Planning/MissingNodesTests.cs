using GpuContainers.Host;
using GpuContainers.Host.Inventory;
using GpuContainers.Runtime.Create.Planning;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create.Planning;

/// <summary>GPUs whose device nodes are missing, and UUIDs that people wrote in part.</summary>
public sealed class MissingNodesTests : IDisposable
{
    private readonly FakeHost _host = new(0, 1);

    public void Dispose() => _host.Dispose();

    // The library makes the node as soon as it is asked.
    [Theory]
    [Requirement("RT-272")]
    [InlineData("1")]
    [InlineData("all")]
    public void A_node_that_the_library_makes_is_given(string visible)
    {
        File.Delete(_host.At("dev/nvidia1"));
        PlanInputs inputs = Inputs(visible, $"mknod {_host.At("dev/nvidia1")} c 195 1");
        Assert.Contains("/dev/nvidia1", Plans.Devices(Plans.Apply("jit-cdi", inputs)));
    }

    [Fact]
    [Requirement("RT-272")]
    public void A_node_that_stays_missing_is_an_error_by_name_and_left_out_of_all()
    {
        File.Delete(_host.At("dev/nvidia1"));
        CoreException error = Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", Inputs("1")));
        Assert.Contains($"GPU 1 has no device node {_host.At("dev/nvidia1")}; make it with: nvidia-modprobe -c 1", error.Message, StringComparison.Ordinal);
        string[] devices = [];
        string log = LogCapture.Of(() => devices = Plans.Devices(Plans.Apply("jit-cdi", Inputs("all"))));
        Assert.Contains("/dev/nvidia0", devices);
        Assert.DoesNotContain("/dev/nvidia1", devices);
        string[] warnings = [.. log.Split('\n').Where(static line => line.Contains("level=warning", StringComparison.Ordinal))];
        Assert.Single(warnings, line => line.Contains(_host.At("dev/nvidia1"), StringComparison.Ordinal));
        File.Delete(_host.At("dev/nvidia0"));
        Assert.Contains("no GPU of this host has a device node", Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", Inputs("all"))).Message,
            StringComparison.Ordinal);
    }

    // Then it is in nobody's list, and less than all would be given without a word.
    [Fact]
    [Requirement("RT-272")]
    public void A_GPU_that_the_library_does_not_count_is_named_by_its_address()
    {
        string node = _host.At("dev/nvidia1");
        File.Delete(node);
        string[] devices = [];
        string log = LogCapture.Of(() => devices = Plans.Devices(Plans.Apply("jit-cdi", Inputs("all", counted: 1))));
        Assert.Contains("/dev/nvidia0", devices);
        string warning = Assert.Single(log.Split('\n'), line => line.Contains(node, StringComparison.Ordinal));
        Assert.Contains("level=warning", warning, StringComparison.Ordinal);
        Assert.Contains($"leaving out the GPU at 0000:02:00.0, which has no device node {node}; nvidia-modprobe -c 1", warning, StringComparison.Ordinal);
        CoreException error = Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", Inputs("1", counted: 1)));
        Assert.Contains("no GPU 1; this host has GPU 0 alone", error.Message, StringComparison.Ordinal);
        Assert.Contains($"it does not count the GPU at 0000:02:00.0, which has no device node {node}; nvidia-modprobe -c 1", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-272")]
    public void Neither_a_node_that_the_container_has_nor_a_root_without_nodes_is_missed()
    {
        File.Delete(_host.At("dev/nvidia1"));
        PlanInputs own = _host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=1")) with { HasOwnNode = static path => path == "/dev/nvidia1" };
        _ = Plans.Apply("jit-cdi", own);
        Directory.Delete(_host.At("dev"), recursive: true);
        Assert.Empty(Plans.Devices(Plans.Apply("jit-cdi", _host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=all")))));
    }

    [Theory]
    [Requirement("RT-271")]
    [InlineData("GPU-00000001", "/dev/nvidia1")]
    [InlineData("GPU-00000000-1111", "/dev/nvidia0")]
    public void The_beginning_of_one_UUID_is_enough(string visible, string node)
    {
        string[] devices = Plans.Devices(Plans.Apply("jit-cdi", _host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible))));
        Assert.Equal([node], devices.Where(static path => path is "/dev/nvidia0" or "/dev/nvidia1"));
    }

    [Theory]
    [Requirement("RT-271")]
    [InlineData(
        "GPU-0000",
        "\"GPU-0000\" is the beginning of several UUIDs: GPU-00000000-1111-2222-3333-444444444444, GPU-00000001-1111-2222-3333-444444444444")]
    [InlineData("GPU-000", "identifier is not a valid UUID or index")]
    [InlineData("GPU-1234", "identifier is not a valid UUID or index")]
    [InlineData("gpu-00000001", "identifier is not a valid UUID or index")]
    public void What_could_mean_several_or_none_is_an_error(string visible, string text)
    {
        CoreException error = Assert.Throws<CoreException>(
            () => Plans.Apply("jit-cdi", _host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible))));
        Assert.Contains(text, error.Message, StringComparison.Ordinal);
    }

    private PlanInputs Inputs(string visible, string script = "true", int counted = 2)
    {
        string gpus = string.Join(',', _host.Minors.Take(counted).Select(minor =>
            $$"""{"index":{{minor}},"name":"NVIDIA H200","uuid":"{{FakeHost.Uuid(minor)}}","minor":{{minor}},"busId":"0000:0{{minor + 1}}:00.0"}"""));
        string child = ProgramFile.Write(_host.At("child"), $"#!/bin/sh\n{script}\necho '{{\"gpus\":[{gpus}]}}'\n");
        PlanInputs inputs = _host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible));
        return inputs with
        {
            Host = new HostContext { SystemRoot = _host.Root, Child = new InventoryChild(child, TimeSpan.FromMinutes(1)), ProgramPath = "/usr/bin:/bin" },
        };
    }
}
