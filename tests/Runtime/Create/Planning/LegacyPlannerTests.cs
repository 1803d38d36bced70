using System.Text.Json.Nodes;
using GpuContainers.Configuration.Model;
using GpuContainers.Runtime.Requests;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create.Planning;

public sealed class LegacyPlannerTests
{
    private static readonly ToolkitConfig s_hookMode = Plans.Config(modes => modes with { LegacyCudaCompatMode = "hook" });

    [Theory]
    [Requirement("RT-150", "RT-152", "RT-216", "RT-217")]
    [InlineData("NVIDIA_VISIBLE_DEVICES=0")]
    [InlineData("NVIDIA_VISIBLE_DEVICES=void")]
    public void The_prestart_hook_is_there_for_every_container(string environment)
    {
        using var host = new FakeHost(0);
        JsonNode result = Plans.Apply("legacy", host.Inputs(Plans.Request(environment)));
        Assert.Equal("""{"prestart":[{"path":"/usr/bin/nvidia-container-runtime-hook","args":["nvidia-container-runtime-hook","prestart"]}]}""",
            result["hooks"]!.ToJsonString());
        Assert.Empty(Plans.Devices(result));
    }

    [Fact]
    [Requirement("RT-218", "RT-220")]
    public void Gated_features_do_not_take_the_GPU_away()
    {
        using var host = new FakeHost(0);
        host.Node("dev/nvidia-fs0", 236, 0);
        JsonNode result = Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_GDS=enabled", "NVIDIA_IMEX_CHANNELS=1")));
        Assert.Equal(["/dev/nvidia-fs0"], Plans.Devices(result));
        Assert.DoesNotContain("NVIDIA_VISIBLE_DEVICES=void", Plans.Env(result));
    }

    [Fact]
    [Requirement("RT-218", "RT-219")]
    public void Gated_features_need_devices_and_may_find_nothing()
    {
        using var host = new FakeHost(0);
        Assert.Empty(Plans.Devices(Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_MOFED=enabled")))));
        host.Node("dev/nvidia-fs0", 236, 0);
        Assert.Empty(Plans.Devices(Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_GDS=enabled")))));
    }

    [Fact]
    [Requirement("RT-221", "RT-223")]
    public void The_compat_hook_comes_with_a_refresh_of_the_cache()
    {
        using var host = new FakeHost(0);
        JsonNode result = Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0"), s_hookMode));
        Assert.Equal(["enable-cuda-compat", "update-ldcache"], Plans.Hooks(result));
        Assert.Contains("--host-driver-version=" + FakeHost.Version, result.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("--folder", result.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-35")]
    public void What_is_brought_is_told_one_by_one()
    {
        using var host = new FakeHost(0);
        string log = LogCapture.Of(() => Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0"), s_hookMode)));
        Assert.Contains("level=info msg=\"Injecting /usr/bin/nvidia-ctk [nvidia-ctk hook enable-cuda-compat ", log, StringComparison.Ordinal);
        Assert.Contains("level=info msg=\"No graphics modifier required; no required capabilities requested\"", log, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-221", "RT-222")]
    public void The_compat_hook_can_be_left_out()
    {
        using var host = new FakeHost(0);
        ToolkitConfig disabled = s_hookMode with { Features = new FeaturesConfig { DisableCudaCompatLibHook = true } };
        Assert.Empty(Plans.Hooks(Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0"), disabled))));
        Assert.Empty(Plans.Hooks(Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=void"), s_hookMode))));
        foreach (string mode in (string[])["ldconfig", "mount", "disabled", "", "x"])
            Assert.Empty(Plans.Hooks(Plans.Apply(
                "legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0"), Plans.Config(modes => modes with { LegacyCudaCompatMode = mode })))));
    }

    [Fact]
    [Requirement("RT-221")]
    public void Without_a_driver_the_compat_hook_fails()
    {
        using var host = new FakeHost(0);
        Directory.Delete(host.At("usr"), recursive: true);
        CoreException error = Assert.Throws<CoreException>(() => Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0"), s_hookMode)));
        Assert.StartsWith("failed to construct CUDA Compat discoverer: failed to get driver version: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("RT-130", "RT-225", "RT-228", "RT-229")]
    [InlineData("graphics", true)]
    [InlineData("display", true)]
    [InlineData("compute , graphics", true)]
    [InlineData("all", true)]
    [InlineData("compute,utility", false)]
    [InlineData("", false)]
    public void Graphics_follow_the_capabilities(string capabilities, bool expected)
    {
        using var host = new FakeHost(0);
        host.AddFile("etc/vulkan/icd.d/nvidia_icd.json", "{}");
        JsonNode result = Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_DRIVER_CAPABILITIES=" + capabilities)));
        JsonNode? mount = (result["mounts"]?.AsArray() ?? []).FirstOrDefault(m => m!["destination"]!.GetValue<string>() == "/etc/vulkan/icd.d/nvidia_icd.json");
        Assert.Equal(expected, mount is not null);
        if (mount is not null)
            Assert.Equal("""["ro","nosuid","nodev","rbind","rprivate"]""", mount["options"]!.ToJsonString());
    }

    [Fact]
    [Requirement("RT-225")]
    public void Graphics_need_devices()
    {
        using var host = new FakeHost(0);
        host.AddFile("etc/vulkan/icd.d/nvidia_icd.json", "{}");
        Assert.Null(Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_DRIVER_CAPABILITIES=all")))["mounts"]);
    }

    [Fact]
    [Requirement("RT-226")]
    public void Without_a_driver_graphics_fail()
    {
        using var host = new FakeHost(0);
        Directory.Delete(host.At("usr"), recursive: true);
        CoreException error = Assert.Throws<CoreException>(() =>
            Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_DRIVER_CAPABILITIES=graphics"))));
        Assert.StartsWith("failed to create mounts discoverer: failed to construct discoverer for graphics libraries: failed to get driver version: ",
            error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("RT-231", "RT-232")]
    [InlineData("0", "/dev/dri/card1;/dev/dri/renderD129")]
    [InlineData("1", "/dev/dri/card0;/dev/dri/renderD128")]
    [InlineData("all", "/dev/dri/card0;/dev/dri/card1;/dev/dri/renderD128;/dev/dri/renderD129")]
    [InlineData("none", "")]
    public void DRM_nodes_are_those_of_the_GPUs_asked_for(string visible, string expected)
    {
        using FakeHost host = GraphicsHost();
        JsonNode result = Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible, "NVIDIA_DRIVER_CAPABILITIES=graphics")));
        Assert.Equal(expected.Split(';', StringSplitOptions.RemoveEmptyEntries), Plans.Devices(result));
        Assert.Equal(visible is "0" or "all", result.ToJsonString().Contains("../card1::/dev/dri/by-path/pci-0000:01:00.0-card", StringComparison.Ordinal));
    }

    // Requests by mount are taken literally, so the words may stand anywhere among them.
    [Theory]
    [Requirement("RT-122", "RT-231")]
    [InlineData("0;none", 0)]
    [InlineData("none;all", 0)]
    [InlineData("0;void;all", 0)]
    [InlineData("0;all;none", 4)]
    [InlineData("0;1", 4)]
    [InlineData("1", 2)]
    public void Of_the_words_in_a_list_the_first_decides(string mounts, int nodes)
    {
        using FakeHost host = GraphicsHost();
        var image = new ContainerFacts(
            ["NVIDIA_DRIVER_CAPABILITIES=graphics"], [.. mounts.Split(';').Select(static name => ("/dev/null", "/var/run/nvidia-container-devices/" + name))],
                new Dictionary<string, string>(), false);
        JsonNode result = Plans.Apply("legacy", host.Inputs(new ContainerRequest(image, new RequestSettings { AcceptsVolumeMounts = true })));
        Assert.Equal(nodes, Plans.Devices(result).Length);
    }

    // Index 0 is the GPU of minor 1, and has the second DRM card.
    private static FakeHost GraphicsHost()
    {
        var host = new FakeHost(1, 0);
        foreach ((int index, int card) in new[] { (0, 1), (1, 0) })
        {
            string bus = $"0000:{index + 1:x2}:00.0";
            host.Node($"dev/dri/card{card}", 226, (uint)card);
            host.Node($"dev/dri/renderD{128 + card}", 226, 128 + (uint)card);
            Directory.CreateDirectory(host.At($"sys/bus/pci/devices/{bus}/drm/card{card}"));
            Directory.CreateDirectory(host.At($"sys/bus/pci/devices/{bus}/drm/renderD{128 + card}"));
            Directory.CreateDirectory(host.At("dev/dri/by-path"));
            File.CreateSymbolicLink(host.At($"dev/dri/by-path/pci-{bus}-card"), $"../card{card}");
        }
        return host;
    }

    [Fact]
    [Requirement("RT-227", "RT-230")]
    public void Libraries_of_graphics_get_their_links()
    {
        using var host = new FakeHost(0);
        const string folder = "usr/lib/x86_64-linux-gnu/";
        host.AddFile($"{folder}libnvidia-allocator.so.{FakeHost.Version}");
        host.AddFile($"{folder}libnvidia-vulkan-producer.so.{FakeHost.Version}");
        JsonNode result = Plans.Apply("legacy", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_DRIVER_CAPABILITIES=graphics")));
        Assert.Equal(
            [$"/{folder}libnvidia-vulkan-producer.so.{FakeHost.Version}"], result["mounts"]!.AsArray().Select(m => m!["destination"]!.GetValue<string>()));
        Assert.Equal(["create-symlinks"], Plans.Hooks(result));
        Assert.Contains($"../libnvidia-allocator.so.1::/{folder}gbm/nvidia-drm_gbm.so", result.ToJsonString(), StringComparison.Ordinal);
        Assert.Contains(
            $"libnvidia-vulkan-producer.so.{FakeHost.Version}::/{folder}libnvidia-vulkan-producer.so", result.ToJsonString(), StringComparison.Ordinal);
    }
}
