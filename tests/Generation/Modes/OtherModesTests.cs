using GpuContainers.Cdi;
using GpuContainers.Generation.Tests.Discovery;

namespace GpuContainers.Generation.Tests.Modes;

/// <summary>The gated modes, imex and wsl, and the choice of a mode.</summary>
public sealed class OtherModesTests
{
    [Theory]
    [Requirement("GN-25")]
    [InlineData(GenerationMode.Gds, "/dev/nvidia-fs0", "nvidia.com/gds")]
    [InlineData(GenerationMode.Mofed, "/dev/infiniband/uverbs0", "nvidia.com/mofed")]
    [InlineData(GenerationMode.Gdrcopy, "/dev/gdrdrv", "nvidia.com/gdrcopy")]
    [InlineData(GenerationMode.Nvswitch, "/dev/nvidia-nvswitchctl", "nvidia.com/nvswitch")]
    public void Nodes_beside_the_GPUs_are_one_device(GenerationMode mode, string node, string kind)
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        CdiSpec spec = SpecGenerator.Generate(host.Options(new GenerationOptions { Mode = mode }), ["3"], host.WithoutChild());
        Assert.Equal(kind, spec.Kind);
        Assert.Equal(["all"], spec.Names());
        Assert.Contains(node, spec.Nodes("all"));
        Assert.Equal(spec.Nodes("all").Length, spec.Nodes("all").Distinct().Count());
        Assert.Equal(["NVIDIA_VISIBLE_DEVICES=void"], spec.ContainerEdits.Env);
        Assert.Empty(spec.ContainerEdits.Hooks);
        Assert.Equal(mode == GenerationMode.Gds, spec.FindDevice("all")!.ContainerEdits.Mounts.Count > 0);
    }

    [Fact]
    [Requirement("GN-25", "GN-59")]
    public void Without_nodes_the_device_is_empty_and_not_valid()
    {
        using SimulatedTree host = SimulatedTree.Of("bare");
        CdiSpec spec = host.Generate(new GenerationOptions { Mode = GenerationMode.Gds });
        Assert.True(spec.FindDevice("all")!.ContainerEdits.IsEmpty);
        Assert.Contains("failed add device \"all\": invalid device, empty device edits",
            Assert.Throws<CdiException>(() => spec.EnsureValid()).Message, StringComparison.Ordinal);
    }

    // The order of names; zeros before a number are none of it.
    [Theory]
    [Requirement("GN-26")]
    [InlineData("00", "0")]
    [InlineData("all", "0 1 2 2047")]
    [InlineData("channelall x", "0 1 2 2047")]
    [InlineData("2047", "2047")]
    [InlineData("channel2 1 2", "1 2")]
    public void Channels_are_numbers_that_exist(string ids, string channels)
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        CdiSpec spec = host.Generate(new GenerationOptions { Mode = GenerationMode.Imex }, ids.Split(' '));
        Assert.Equal(channels, string.Join(' ', spec.Names()));
        Assert.Equal("nvidia.com/imex-channel", spec.Kind);
        Assert.Equal(["NVIDIA_VISIBLE_DEVICES=void"], spec.ContainerEdits.Env);
    }

    [Theory]
    [Requirement("GN-26", "GN-27")]
    [InlineData("x", "invalid channel ID x: not a number")]
    [InlineData("", "invalid channel ID : not a number")]
    [InlineData("channelchannel1", "invalid channel ID channelchannel1: not a number")]
    [InlineData("1048576", "invalid channel ID 1048576: must be in the range [0, 1048575]")]
    [InlineData("-1", "invalid channel ID -1: not a number")]
    [InlineData("5", "IMEX channel 5 not found at ")]
    [InlineData("0007", "IMEX channel 7 not found at ")]
    public void Other_channels_are_errors(string id, string text)
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        Assert.StartsWith(text, Assert.Throws<GenerationException>(() => host.Generate(new GenerationOptions { Mode = GenerationMode.Imex }, id)).Message,
            StringComparison.Ordinal);
    }

    // Both paths, equal or not, and nothing else.
    [Fact]
    [Requirement("GN-27")]
    public void A_channel_has_two_paths_and_nothing_else()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        DeviceNode node = Assert.Single(host.Generate(new GenerationOptions { Mode = GenerationMode.Imex }, "1").Devices[0].ContainerEdits.DeviceNodes);
        Assert.Equal(new DeviceNode { Path = "/dev/nvidia-caps-imex-channels/channel1", HostPath = host.At("/dev/nvidia-caps-imex-channels/channel1") }, node);
    }

    [Fact]
    [Requirement("GN-28")]
    public void The_GPU_of_WSL_is_one_node_and_the_driver_of_Windows()
    {
        using SimulatedTree host = SimulatedTree.Of("wsl");
        var options = new GenerationOptions { Mode = GenerationMode.Wsl };
        CdiSpec spec = SpecGenerator.Generate(host.Options(options), ["9"], host.Context(host.Child(null, "/usr/lib/wsl/lib")));
        Assert.Equal(["all"], spec.Names());
        Assert.Equal(["/dev/dxg"], spec.Nodes("all"));
        Assert.Equal(["create-symlinks", "update-ldcache"], spec.ContainerEdits.HookNames());
        Assert.Equal("NVIDIA_VISIBLE_DEVICES=void", Assert.Single(spec.ContainerEdits.Env));
        Assert.Contains(host.Mounts(spec.ContainerEdits), static mount => mount.EndsWith("/libcuda.so.1.1", StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("GN-2")]
    [InlineData("h200x2", GenerationMode.Nvml, false)]
    [InlineData("orin", GenerationMode.Csv, false)]
    [InlineData("thor", GenerationMode.Csv, false)]
    [InlineData("bare", GenerationMode.Nvml, true)]
    public void The_platform_decides_in_mode_auto(string name, GenerationMode expected, bool warns)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        GenerationMode mode = GenerationMode.Auto;
        string log = LogCapture.Of(() => mode = SpecGenerator.Resolve(host.Options(new GenerationOptions()), host.Context()));
        Assert.Equal(expected, mode);
        Assert.Contains($"Auto-detected mode as '{expected.ToText()}'", log, StringComparison.Ordinal);
        Assert.Equal(warns, log.Contains("Unsupported platform detected: unknown; assuming nvml", StringComparison.Ordinal));
    }
}
