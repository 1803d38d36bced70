using GpuContainers.Cdi;
using GpuContainers.Generation.Tests.Discovery;

namespace GpuContainers.Generation.Tests.Modes;

public sealed class CsvModeTests
{
    private const string Folder = "/etc/nvidia-container-runtime/host-files-for-container.d";

    // Orin has its GPU in the chip; the second one stands on a board with NVML for both.
    private const string TwoGpus = """
        {
          "driver": { "version": "570.133.20", "cuda": "12.8" },
          "tegra": { },
          "gpus": [ { "model": "Orin (nvgpu)", "busId": "0000:01:00.0", "minor": 0 }, { "model": "NVIDIA RTX 6000 Ada Generation", "busId": "0005:01:00.0", "minor": 1, "coherent": false } ]
        }
        """;

    [Fact]
    [Requirement("GN-29", "GN-30")]
    public void One_device_has_all_nodes_of_the_files()
    {
        using SimulatedTree host = SimulatedTree.Of("orin");
        CdiSpec spec = Generate(host, new GenerationOptions { NameStrategies = [DeviceNameStrategy.Index, DeviceNameStrategy.Uuid] });
        Assert.Equal(["0"], spec.Names());
        Assert.Contains("/dev/nvmap", spec.Nodes("0"));
        Assert.Contains("/dev/nvhost-gpu", spec.Nodes("0"));
        Assert.Equal(spec.Names(), Generate(host, new GenerationOptions(), "0").Names());
    }

    [Theory]
    [Requirement("GN-30")]
    [InlineData("1")]
    [InlineData("GPU-00000000-0000-0000-0000-000000000000")]
    [InlineData("0:0")]
    [InlineData("")]
    public void Other_ids_are_errors(string id)
    {
        using SimulatedTree host = SimulatedTree.Of("orin");
        Assert.StartsWith($"unsupported device id: {id};", Assert.Throws<GenerationException>(() => Generate(host, new GenerationOptions(), id)).Message,
            StringComparison.Ordinal);
    }

    // No driver, no folder of libcuda; links before the cache.
    [Fact]
    [Requirement("GN-6", "GN-35")]
    public void Common_edits_are_those_of_the_files()
    {
        using SimulatedTree host = SimulatedTree.Of("orin");
        ContainerEdits common = Generate(host, new GenerationOptions()).ContainerEdits;
        Assert.Equal(["NVIDIA_VISIBLE_DEVICES=void"], common.Env);
        Assert.Equal("update-ldcache", common.HookNames()[^1]);
        Assert.DoesNotContain("enable-cuda-compat", common.HookNames());
        Assert.Contains(host.Mounts(common), static mount => mount.Contains("libcuda.so.1.1", StringComparison.Ordinal));
        Assert.Contains("/etc/nv_tegra_release", host.Mounts(common));
    }

    // Of links alone.
    [Fact]
    [Requirement("GN-35")]
    public void Ignored_patterns_take_links_away()
    {
        using SimulatedTree host = SimulatedTree.Of("orin");
        IEnumerable<string> all = host.Links(Generate(host, new GenerationOptions()).ContainerEdits);
        IEnumerable<string> fewer = host.Links(Generate(host, new GenerationOptions { CsvIgnorePatterns = ["**/libcuda.so"] }).ContainerEdits);
        Assert.Contains(
            all, static link => link.EndsWith("/libcuda.so", StringComparison.Ordinal) && link.Contains("nvidia/libcuda.so::", StringComparison.Ordinal));
        Assert.DoesNotContain(fewer, static link => link.Contains("nvidia/libcuda.so::", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("GN-36", "NV-14")]
    public void With_NVML_the_CUDA_version_is_handed_on()
    {
        using SimulatedTree host = SimulatedTree.OfText(TwoGpus);
        Hook hook = Generate(host, new GenerationOptions()).ContainerEdits.Hooks.Single(static hook => hook.Args[1] == "enable-cuda-compat");
        Assert.Equal(["--host-cuda-version=12.8", "--cuda-compat-container-root=/usr/local/cuda/compat_orin"], hook.Args.Skip(2));
        hook = Generate(host, new GenerationOptions { CsvCompatContainerRoot = "" }).ContainerEdits.Hooks.Single(
            static hook => hook.Args[1] == "enable-cuda-compat");
        Assert.Equal(["--host-cuda-version=12.8"], hook.Args.Skip(2));
    }

    [Fact]
    [Requirement("GN-29", "GN-31", "GN-33")]
    public void Two_GPUs_are_two_devices()
    {
        using SimulatedTree host = SimulatedTree.OfText(TwoGpus);
        host.Node("/dev/nvidia2", 490, 7);
        CdiSpec spec = Generate(host, new GenerationOptions { NameStrategies = [DeviceNameStrategy.Index, DeviceNameStrategy.Uuid] });
        Assert.Equal(4, spec.Devices.Count);
        Assert.Contains("/dev/nvidia2", spec.Nodes("0"));
        Assert.DoesNotContain("/dev/nvidia1", spec.Nodes("0"));
        Assert.Contains("/dev/nvidia1", spec.Nodes("1"));
        Assert.Contains("/dev/nvidiactl", spec.Nodes("1"));
        Assert.DoesNotContain("/dev/nvidia2", spec.Nodes("1"));
        string uuid = spec.Names()[2];
        Assert.Equal(2, Generate(host, new GenerationOptions { NameStrategies = [DeviceNameStrategy.Index, DeviceNameStrategy.Uuid] }, uuid).Devices.Count);
        Assert.Equal(2, Generate(host, new GenerationOptions(), "1", "all").Devices.Count);
    }

    [Theory]
    [Requirement("GN-31")]
    [InlineData("0:0", "generating a CDI spec for MIG id \"0:0\" is not supported in CSV mode")]
    [InlineData("7", "failed to get device handle from index: ")]
    [InlineData("x", "identifier is not a valid UUID or index: \"x\"")]
    public void What_two_GPUs_do_not_have_is_an_error(string id, string text)
    {
        using SimulatedTree host = SimulatedTree.OfText(TwoGpus);
        GenerationException error = Assert.Throws<GenerationException>(() => Generate(host, new GenerationOptions(), id));
        Assert.StartsWith($"failed to create device spec generator for device \"{id}\": {text}", error.Message, StringComparison.Ordinal);
    }

    // The integrated GPU has to be the first one.
    [Fact]
    [Requirement("GN-29", "GN-32")]
    public void GPUs_in_another_order_are_described_as_one()
    {
        using SimulatedTree host = SimulatedTree.OfText(TwoGpus.Replace("0000:01:00.0", "0000:02:00.0", StringComparison.Ordinal));
        string log = LogCapture.Of(() => Assert.Equal(["0"], Generate(host, new GenerationOptions()).Names()));
        Assert.Contains("Failed to create mixed CSV spec generator; falling back to pure CSV implementation: unexpected device index for dGPU: 0", log,
            StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("GN-34")]
    public void The_flag_makes_one_device_of_several_GPUs()
    {
        using SimulatedTree host = SimulatedTree.OfText(TwoGpus);
        Assert.Equal(["0"], Generate(host, new GenerationOptions { FeatureFlags = [FeatureFlag.DisableMultipleCsvDevices] }).Names());
    }

    private static CdiSpec Generate(SimulatedTree host, GenerationOptions options, params string[] ids) => host.Generate(
        options with { Mode = GenerationMode.Csv, CsvFiles = [.. Directory.GetFiles(host.At(Folder)).Order(StringComparer.Ordinal)] }, ids);
}
