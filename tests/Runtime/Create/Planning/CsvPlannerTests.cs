using System.Text.Json.Nodes;
using GpuContainers.Configuration.Model;
using GpuContainers.Host.Tegra;
using GpuContainers.Runtime.Requirements;
using GpuContainers.Runtime.Tests.Requests;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create.Planning;

public sealed class CsvPlannerTests : IDisposable
{
    private readonly FakeHost _host = new();
    private readonly ToolkitConfig _config;

    public CsvPlannerTests()
    {
        Directory.Delete(_host.At("proc"), recursive: true);
        _host.AddFile("csv/l4t.csv", "dev, /dev/nvhost-a\n");
        _host.AddFile("csv/other.csv", "dev, /dev/nvhost-b\n");
        _host.Node("dev/nvhost-a", 500, 1);
        _host.Node("dev/nvhost-b", 500, 2);
        _config = Plans.Config(modes => modes with { CsvMountSpecPath = _host.At("csv") });
    }

    public void Dispose() => _host.Dispose();

    [Theory]
    [Requirement("RT-190", "RT-192")]
    [InlineData("all")]
    [InlineData("0")]
    public void The_files_say_what_there_is(string visible) =>
        Assert.Equal(["/dev/nvhost-a"], Plans.Devices(Apply("NVIDIA_VISIBLE_DEVICES=" + visible)));

    [Fact]
    [Requirement("RT-192", "RT-277")]
    public void None_gives_no_node_and_all_else()
    {
        _host.AddFile("etc/gpu.conf");
        _host.AddFile("csv/l4t.csv", "dev, /dev/nvhost-a\nlib, /etc/gpu.conf\n");
        JsonNode specification = Apply("NVIDIA_VISIBLE_DEVICES=none");
        Assert.Empty(Plans.Devices(specification));
        Assert.Contains("NVCT_EMPTY_DEVICE=", Plans.Env(specification));
        Assert.Contains("/etc/gpu.conf", specification["mounts"]!.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-191")]
    public void An_image_for_JetPack_takes_all_files() =>
        Assert.Equal(["/dev/nvhost-a", "/dev/nvhost-b"], Plans.Devices(Apply("NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_REQUIRE_JETPACK=csv-mounts=all")));

    [Fact]
    [Requirement("RT-190")]
    public void Nothing_asked_for_gives_nothing() => Assert.Equal(Plans.Minimal, Apply().ToJsonString());

    [Theory]
    [Requirement("RT-192", "RT-194")]
    [InlineData("1")]
    [InlineData("nvidia.com/gpu=0")]
    public void Only_the_one_device_exists(string visible)
    {
        CoreException error = Assert.Throws<CoreException>(() => Apply("NVIDIA_VISIBLE_DEVICES=" + visible));
        Assert.StartsWith($"failed to generate CDI spec for mode \"csv\": failed to construct device spec generators: unsupported device id: {visible}",
            error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-150", "RT-154", "RT-193")]
    public void Gated_features_come_first_and_channels_never()
    {
        _host.Node("dev/gdrdrv", 237, 0);
        _host.Node("dev/nvidia-caps-imex-channels/channel0", 238, 0);
        Assert.Equal(["/dev/gdrdrv", "/dev/nvhost-a"], Plans.Devices(Apply("NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_GDRCOPY=enabled", "NVIDIA_IMEX_CHANNELS=0")));
    }

    [Fact]
    [Requirement("RT-190", "RT-200", "RT-206")]
    public void A_requirement_that_is_not_met_keeps_the_container_from_starting()
    {
        CoreException error = Assert.Throws<CoreException>(() => Apply("NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_REQUIRE_CUDA=cuda>=99"));
        Assert.StartsWith("requirements not met: invalid value for cuda: invalid semantic version", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(Plans.Devices(Apply("NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_REQUIRE_CUDA=cuda>=99", "NVIDIA_DISABLE_REQUIRE=true")));
    }

    [Fact]
    [Requirement("RT-202")]
    public void A_CUDA_version_that_is_none_is_named()
    {
        CoreException error = Assert.Throws<CoreException>(() => Apply("CUDA_VERSION=abc"));
        Assert.StartsWith(
            "requirements not met: failed to get image requirements: failed to get version: invalid CUDA version abc: invalid version string: invalid " +
            "semantic version; ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("set NVIDIA_DISABLE_REQUIRE=1 in the container", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("RT-191")]
    [InlineData("l4t.csv;Drivers.csv;drivers.csv;.csv;x.txt;devices.CSV", "drivers.csv;l4t.csv", "")]
    [InlineData("a.CSV;.csv;l4t.csv;x.txt", "a.CSV;l4t.csv", "csv-mounts=all")]
    [InlineData("a.csv", null, "")]
    [InlineData("a.csv", null, "csv-mounts")]
    public void Files_are_chosen_by_name(string present, string? expected, string jetPack)
    {
        using var scratch = new ScratchFolder();
        foreach (string name in present.Split(';'))
            scratch.File(name, "");
        Directory.CreateDirectory(scratch.At("devices.csv"));
        bool all = TestImage.Of("NVIDIA_REQUIRE_JETPACK=" + jetPack).WantsAllCsvFiles;
        Assert.Equal(expected?.Split(';').Select(scratch.At), CsvFiles.Choose(scratch.Path, all));
    }

    [Fact]
    [Requirement("RT-191")]
    public void A_missing_directory_means_none_and_another_error_a_warning()
    {
        using var scratch = new ScratchFolder();
        scratch.File("file", "");
        Assert.Empty(LogCapture.Of(() => Assert.Null(CsvFiles.Choose(scratch.At("missing"), all: false))));
        Assert.Contains("Failed to get the list of CSV files: ", LogCapture.Of(() => Assert.Null(CsvFiles.Choose(scratch.At("file"), all: false))),
            StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("RT-205")]
    [InlineData(12020, "12.2")]
    [InlineData(8000, "8.0")]
    [InlineData(11100, "11.10")]
    public void The_CUDA_version_is_two_numbers(int version, string expected) => Assert.Equal(expected, CudaFacts.VersionText(version));

    [Fact]
    [Requirement("RT-204", "RT-205", "RT-206")]
    public void Facts_come_from_a_child_and_once()
    {
        using var scratch = new ScratchFolder();
        string child = scratch.Program("child", $$"""
            #!/bin/sh
            echo asked >> {{scratch.At("asked")}}
            echo '{"cudaDriverVersion":12020}'
            """);
        HostProperties facts = new CudaFacts(new GpuContainers.Host.Inventory.InventoryChild(child, Command.Limit)).Properties();
        string log = LogCapture.Of(() =>
        {
            Assert.Equal("12.2", facts.Value("cuda"));
            Assert.Equal("12.2", facts.Value("cuda"));
            Assert.Equal("", facts.Value("arch"));
            Assert.Equal("", facts.Value("driver"));
        });
        Assert.Contains("Failed to get CUDA Compute Capability: ", log, StringComparison.Ordinal);
        Assert.Equal("asked\n", scratch.Read("asked"));
    }

    [Fact]
    [Requirement("RT-206")]
    public void A_child_that_fails_leaves_the_facts_unknown()
    {
        HostProperties facts = new CudaFacts(new GpuContainers.Host.Inventory.InventoryChild("/nowhere", Command.Limit)).Properties();
        string log = LogCapture.Of(() => Assert.Equal("", facts.Value("cuda")));
        Assert.Contains("Failed to get CUDA version: ", log, StringComparison.Ordinal);
    }

    private JsonNode Apply(params string[] environment) => Plans.Apply("csv", _host.Inputs(Plans.Request(environment), _config));
}
