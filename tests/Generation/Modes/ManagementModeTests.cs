using GpuContainers.Cdi;
using GpuContainers.Generation.Hooks;
using GpuContainers.Generation.Tests.Discovery;

namespace GpuContainers.Generation.Tests.Modes;

public sealed class ManagementModeTests
{
    private static readonly GenerationOptions s_management = new() { Mode = GenerationMode.Management };

    [Fact]
    [Requirement("GN-23")]
    public void All_nodes_but_those_of_other_devices_are_one_device()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        CdiSpec spec = host.Generate(s_management, "7", "bogus");
        Assert.Equal(["all"], spec.Names());
        string[] nodes = spec.Nodes("all");
        foreach (string node in (string[])["/dev/nvidia0", "/dev/nvidia7", "/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset",
            "/dev/nvidia-caps-imex-channels/channel2047"])
            Assert.Contains(node, nodes);
        Assert.DoesNotContain(
            nodes, static node => node.Contains("nvswitch", StringComparison.Ordinal) || node.Contains("nvidia-fs", StringComparison.Ordinal));
        Assert.Equal(nodes.Length, nodes.Distinct().Count());
        Assert.Equal("management.nvidia.com/gpu", spec.Kind);
    }

    [Fact]
    [Requirement("GN-23")]
    public void Capabilities_of_MIG_are_among_the_nodes()
    {
        using SimulatedTree host = SimulatedTree.Of("a100-mig");
        Assert.Contains(host.Generate(s_management).Nodes("all"), static node => node.StartsWith("/dev/nvidia-caps/nvidia-cap", StringComparison.Ordinal));
        // The hook for their folder is off unless it is asked for (DS-92).
        Assert.Empty(host.Generate(s_management).FindDevice("all")!.ContainerEdits.Hooks);
        CdiSpec enabled = host.Generate(s_management with { EnabledHooks = [HookName.Chmod] });
        Assert.Equal(
            ["nvidia-cdi-hook", "chmod", "--mode", "755", "--path", "/dev/nvidia-caps"], Assert.Single(enabled.FindDevice("all")!.ContainerEdits.Hooks).Args);
    }

    [Fact]
    [Requirement("GN-23")]
    public void Only_other_devices_are_none()
    {
        using SimulatedTree host = SimulatedTree.Of("bare");
        host.Node("/dev/nvidia-fs0", 500, 0);
        host.Node("/dev/nvidia-nvswitch0", 501, 0);
        GenerationException error = Assert.Throws<GenerationException>(() => host.Generate(s_management));
        Assert.Equal(GenerationStep.Devices, error.Step);
        Assert.StartsWith("no NVIDIA device nodes found", error.Message, StringComparison.Ordinal);
    }

    // No graphics, no control node list, no profile; the hook for device nodes only by name.
    [Fact]
    [Requirement("GN-3", "GN-24")]
    public void The_driver_comes_without_graphics()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        ContainerEdits common = SpecGenerator.Generate(host.Options(s_management), [], host.WithoutChild()).ContainerEdits;
        Assert.Empty(common.DeviceNodes);
        Assert.Equal(["create-symlinks", "enable-cuda-compat", "update-ldcache"], common.HookNames());
        Assert.DoesNotContain(
            host.Mounts(common), static mount => mount.EndsWith(".json", StringComparison.Ordinal) || mount.Contains("egl-gbm", StringComparison.Ordinal));
        Assert.Equal(
            ["create-symlinks", "enable-cuda-compat", "update-ldcache", "disable-device-node-modification"],
            host.Generate(s_management with { EnabledHooks = [HookName.DisableDeviceNodeModification] }).ContainerEdits.HookNames());
    }

    [Fact]
    [Requirement("GN-19", "GN-24")]
    public void A_missing_version_is_a_failure_of_the_common_edits()
    {
        using SimulatedTree host = SimulatedTree.Of("bare");
        host.Node("/dev/nvidia0", 195, 0);
        GenerationException error = Assert.Throws<GenerationException>(() => host.Generate(s_management));
        Assert.Equal(GenerationStep.CommonEdits, error.Step);
        Assert.StartsWith("failed to determine driver version (\"\"): ", error.Message, StringComparison.Ordinal);
    }
}
