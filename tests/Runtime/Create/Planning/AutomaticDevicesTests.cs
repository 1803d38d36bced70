using System.Text.Json.Nodes;
using GpuContainers.Configuration.Model;
using GpuContainers.Generation;
using GpuContainers.Runtime.Create.Planning;
using GpuContainers.Runtime.Requests;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create.Planning;

public sealed class AutomaticDevicesTests
{
    private static readonly string[] s_control = ["/dev/nvidia-uvm", "/dev/nvidiactl"];

    [Theory]
    [Requirement("RT-177", "RT-179", "RT-185")]
    [InlineData("all", "/dev/nvidia0;/dev/nvidia1")]
    [InlineData("1,0", "/dev/nvidia0;/dev/nvidia1")]
    [InlineData("0", "/dev/nvidia0")]
    [InlineData("1,1", "/dev/nvidia1")]
    [InlineData("none", "")]
    public void The_devices_asked_for_come_with_the_control_nodes(string visible, string expected)
    {
        using var host = new FakeHost(0, 1);
        JsonNode result = Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible)));
        Assert.Equal([.. expected.Split(';', StringSplitOptions.RemoveEmptyEntries), .. s_control], Plans.Devices(result));
        Assert.Equal(visible == "none", Plans.Env(result).Contains("NVCT_EMPTY_DEVICE="));
    }

    // "all" stands in most images, and hardly any of them has a 32-bit program.
    [Theory]
    [Requirement("DS-140")]
    [InlineData("compat32", true)]
    [InlineData("utility, compat32", true)]
    [InlineData("all,compat32", true)]
    [InlineData("all", false)]
    [InlineData("utility,compute", false)]
    [InlineData("", false)]
    public void Libraries_for_32_bit_programs_come_when_they_are_named(string capabilities, bool wanted)
    {
        using var host = new FakeHost(0);
        PlanInputs inputs = host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=all", "NVIDIA_DRIVER_CAPABILITIES=" + capabilities));
        Assert.Equal(wanted, inputs.Options(GenerationMode.Auto, "gpu").FeatureFlags.Contains(FeatureFlag.Compat32));
    }

    [Theory]
    [Requirement("RT-152", "RT-161")]
    [InlineData("void")]
    [InlineData("")]
    [InlineData("0,void")]
    public void Nothing_asked_for_gives_nothing(string visible)
    {
        using var host = new FakeHost(0);
        Assert.Equal(Plans.Minimal, Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible))).ToJsonString());
    }

    [Fact]
    [Requirement("RT-177")]
    public void A_GPU_under_two_ids_is_one_device_with_two_rules()
    {
        using var host = new FakeHost(0);
        JsonNode result = Plans.Apply("jit-cdi", host.Inputs(Plans.Request($"NVIDIA_VISIBLE_DEVICES=0,{FakeHost.Uuid(0)}")));
        Assert.Equal(["/dev/nvidia0", .. s_control], Plans.Devices(result));
        Assert.Equal(2, result["linux"]!["resources"]!["devices"]!.AsArray()
            .Count(rule => rule!["major"]!.GetValue<int>() == 195 && rule["minor"]!.GetValue<int>() == 0));
    }

    [Theory]
    [Requirement("RT-181")]
    [InlineData("banana", "identifier is not a valid UUID or index: \"banana\"")]
    [InlineData("7", "failed to get device handle from index: ")]
    [InlineData("GPU-7", "")]
    public void What_is_not_there_is_an_error_with_its_cause(string visible, string cause)
    {
        using var host = new FakeHost(0);
        CoreException error = Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible))));
        Assert.StartsWith(
            "failed to create the automatic CDI modifier: failed to generate CDI spec for mode \"auto\": failed to construct device spec generators: ",
            error.Message, StringComparison.Ordinal);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0, "NVIDIA_GPU_MEMORY_LIMIT=", "NVIDIA_GPU_MEMORY_REQUEST=")]
    [InlineData(2, "NVIDIA_GPU_MEMORY_LIMIT=1")]
    [InlineData(2, "NVIDIA_GPU_MEMORY_REQUEST=1")]
    [InlineData(2, "NVIDIA_GPU_MEMORY_REQUEST=words", "NVIDIA_GPU_MEMORY_LIMIT=")]
    [Requirement("HK-144")]
    public void Memory_is_limited_by_a_hook_for_each_GPU_if_the_container_asks_for_it(int hooks, params string[] variables)
    {
        using var host = new FakeHost(0, 1);
        JsonNode result = Plans.Apply("jit-cdi", host.Inputs(Plans.Request(["NVIDIA_VISIBLE_DEVICES=all", .. variables])));
        string[] found = [.. (result["hooks"]?["createRuntime"]?.AsArray() ?? []).Select(static hook => string.Join(' ', hook!["args"]!.AsArray().Skip(2)))];
        Assert.Equal(Enumerable.Range(0, hooks).Select(gpu => $"apply-cuda-memory-limits --driver-root {host.Root} --gpu-id {FakeHost.Uuid(gpu)}"), found);
        Assert.DoesNotContain("apply-cuda-memory-limits", Plans.Hooks(result));
    }

    [Fact]
    [Requirement("RT-145", "RT-182")]
    public void A_host_without_driver_fails_only_containers_that_ask()
    {
        using var host = new FakeHost();
        Directory.Delete(host.At("proc"), recursive: true);
        Directory.Delete(host.At("usr"), recursive: true);
        Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0"))));
        Assert.Equal(Plans.Minimal, Plans.Apply("jit-cdi", host.Inputs(Plans.Request())).ToJsonString());
    }

    [Fact]
    [Requirement("RT-172", "RT-178", "RT-249")]
    public void Every_group_adds_the_variable_that_hides_devices()
    {
        using var host = new FakeHost(0);
        host.Node("dev/nvidia-fs0", 236, 0);
        host.Node("dev/nvidia-caps-imex-channels/channel2047", 237, 2047);
        JsonNode result = Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_GDS=enabled", "NVIDIA_IMEX_CHANNELS=2047")));
        Assert.Equal(["/dev/nvidia0", .. s_control, "/dev/nvidia-fs0", "/dev/nvidia-caps-imex-channels/channel2047"], Plans.Devices(result));
        Assert.Equal(3, Plans.Env(result).Count(entry => entry == "NVIDIA_VISIBLE_DEVICES=void"));
        Assert.Equal("NVIDIA_VISIBLE_DEVICES=void", Plans.Env(result)[^1]);
    }

    [Fact]
    [Requirement("RT-170", "RT-171", "RT-172", "RT-219")]
    public void Gated_features_come_in_their_order()
    {
        using var host = new FakeHost(0);
        foreach (
            (string path, uint minor) in new[] { ("dev/nvidia-nvswitchctl", 255u), ("dev/gdrdrv", 1u), ("dev/infiniband/uverbs0", 2u), ("dev/nvidia-fs0", 3u) })
            host.Node(path, 236, minor);
        string[] features = ["NVIDIA_NVSWITCH=enabled", "NVIDIA_GDRCOPY=enabled", "NVIDIA_MOFED=enabled", "NVIDIA_GDS=enabled"];
        JsonNode result = Plans.Apply("jit-cdi", host.Inputs(Plans.Request(["NVIDIA_VISIBLE_DEVICES=0", .. features])));
        Assert.Equal(["/dev/nvidia-fs0", "/dev/infiniband/uverbs0", "/dev/gdrdrv", "/dev/nvidia-nvswitchctl"], Plans.Devices(result)[3..]);
    }

    [Theory]
    [Requirement("RT-171")]
    [InlineData("NVIDIA_GDS=true")]
    [InlineData("NVIDIA_GDS=Enabled")]
    public void Only_the_exact_word_switches_a_feature_on(string variable)
    {
        using var host = new FakeHost(0);
        host.Node("dev/nvidia-fs0", 236, 0);
        Assert.DoesNotContain("/dev/nvidia-fs0", Plans.Devices(Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", variable)))));
    }

    [Theory]
    [Requirement("RT-181", "RT-183")]
    [InlineData("x", "invalid channel ID x: ")]
    [InlineData("../../null", "invalid channel ID ../../null: ")]
    [InlineData("2048000", "")]
    [InlineData("3", "IMEX channel 3 not found at ")]
    public void A_channel_must_be_a_number_and_exist(string channel, string cause)
    {
        using var host = new FakeHost(0);
        CoreException error = Assert.Throws<CoreException>(() =>
            Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_IMEX_CHANNELS=" + channel))));
        Assert.StartsWith(
            "failed to create the automatic CDI modifier: failed to generate CDI spec for mode \"imex\": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-131", "RT-135", "RT-173")]
    public void Channels_need_devices_and_none_gives_no_channel()
    {
        using var host = new FakeHost(0);
        host.Node("dev/nvidia-caps-imex-channels/channel0", 237, 0);
        Assert.Empty(Plans.Devices(Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_IMEX_CHANNELS=0")))));
        Assert.DoesNotContain("/dev/nvidia-caps-imex-channels/channel0",
            Plans.Devices(Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_IMEX_CHANNELS=none")))));
    }

    [Fact]
    [Requirement("RT-160", "RT-165")]
    public void Mode_cdi_generates_automatic_devices_too()
    {
        using var host = new FakeHost(0, 1);
        Assert.Equal(
            ["/dev/nvidia1", .. s_control], Plans.Devices(Plans.Apply("cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=runtime.nvidia.com/gpu=1")))));
    }

    [Theory]
    [Requirement("RT-162")]
    [InlineData("runtime.nvidia.com/gpu=0,nvidia.com/gpu=0")]
    [InlineData("0,nvidia.com/gpu=0")]
    public void Automatic_and_other_names_do_not_mix(string visible)
    {
        using var host = new FakeHost(0);
        CoreException error = Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible))));
        Assert.StartsWith("requesting a CDI device with vendor 'runtime.nvidia.com' is not supported when requesting other CDI devices", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-174", "RT-184", "RT-253")]
    public void Hooks_have_the_form_that_engines_know()
    {
        using var host = new FakeHost(0);
        JsonNode result = Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0")));
        // update-ldcache relies on the files of the two before it (HK-3).
        string[] order = ["create-symlinks", "enable-cuda-compat", "update-ldcache", "disable-device-node-modification", "update-application-profile"];
        Assert.Equal(order.Intersect(Plans.Hooks(result)), Plans.Hooks(result));
        JsonNode compat = result["hooks"]!["createContainer"]!.AsArray().First(hook => hook!["args"]![2]!.GetValue<string>() == "enable-cuda-compat")!;
        Assert.Equal(
            $$"""{"path":"/usr/bin/nvidia-ctk","args":["nvidia-ctk","hook","enable-cuda-compat","--host-driver-version={{FakeHost.Version}}"],"env":["NVIDIA_CTK_DEBUG=false"]}""",
            compat.ToJsonString());
        Assert.DoesNotContain("--ldconfig-path", result.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("RT-222", "RT-254")]
    public void Hooks_can_be_switched_off_by_name_or_all()
    {
        using var host = new FakeHost(0);
        ContainerRequest request = Plans.Request("NVIDIA_VISIBLE_DEVICES=0");
        Assert.DoesNotContain("enable-cuda-compat",
            Plans.Hooks(Plans.Apply("jit-cdi", host.Inputs(request, Plans.Config(modes => modes with { GeneratorDisabledHooks = ["enable-cuda-compat"] })))));
        Assert.Empty(Plans.Hooks(Plans.Apply("jit-cdi", host.Inputs(request, Plans.Config(modes => modes with { GeneratorDisabledHooks = ["all"] })))));
        ToolkitConfig feature = new() { Features = new FeaturesConfig { DisableCudaCompatLibHook = true } };
        Assert.Contains("enable-cuda-compat", Plans.Hooks(Plans.Apply("jit-cdi", host.Inputs(request, feature))));
    }

    [Fact]
    [Requirement("RT-175", "RT-251")]
    public void Groups_of_nodes_follow_the_configuration_alone()
    {
        using var host = new FakeHost(0);
        File.SetUnixFileMode(host.At("dev/nvidia0"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        System.Diagnostics.Process.Start("chown", ["0:44", host.At("dev/nvidia0")]).WaitForExit();
        ContainerRequest request = Plans.Request("NVIDIA_VISIBLE_DEVICES=0");
        Assert.Equal("[44]", Gids(Plans.Apply("jit-cdi", host.Inputs(request))));
        Assert.Equal("[44]", Gids(Plans.Apply(
            "jit-cdi", host.Inputs(request, Plans.Config(modes => modes with { GeneratorFeatureFlags = ["no-additional-gids-for-device-nodes"] })))));
        Assert.Equal("",
            Gids(Plans.Apply("jit-cdi", host.Inputs(request, new ToolkitConfig { Features = new FeaturesConfig { NoAdditionalGidsForDeviceNodes = true } }))));
    }

    [Fact]
    [Requirement("RT-13", "RT-250")]
    public void A_device_has_numbers_mode_and_host_path()
    {
        using var host = new FakeHost(0);
        JsonNode device = Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0")))["linux"]!["devices"]![0]!;
        Assert.Equal("""{"path":"/dev/nvidia0","type":"c","major":195,"minor":0,"fileMode":438}""", device.ToJsonString());
    }

    [Fact]
    [Requirement("RT-180", "RT-255")]
    public void Each_device_is_applied_before_what_is_common()
    {
        using var host = new FakeHost(0);
        string[] env = Plans.Env(Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=none"))));
        Assert.Equal(["PATH=/bin", "NVCT_EMPTY_DEVICE=", "NVIDIA_CTK_LIBCUDA_DIR=/usr/lib/x86_64-linux-gnu", "NVIDIA_VISIBLE_DEVICES=void"], env);
    }

    [Fact]
    [Requirement("RT-176")]
    public void The_platform_of_the_driver_root_chooses_the_generator()
    {
        using var host = new FakeHost();
        Directory.Delete(host.At("proc"), recursive: true);
        Directory.Delete(host.At("usr"), recursive: true);
        string log = LogCapture.Of(() => Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0")))));
        Assert.Contains("level=warning msg=\"Unsupported platform detected: unknown; assuming nvml\"", log, StringComparison.Ordinal);
        host.AddFile("etc/nv_tegra_release", "# R36");
        host.AddFile("csv/l4t.csv", "dev, /dev/nvhost-a\n");
        host.Node("dev/nvhost-a", 500, 1);
        PlanInputs inputs = host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0"), Plans.Config(modes => modes with { CsvMountSpecPath = host.At("csv") }));
        Assert.Equal(["/dev/nvhost-a"], Plans.Devices(Plans.Apply("jit-cdi", inputs)));
    }

    [Fact]
    [Requirement("RT-48")]
    public void Optional_files_that_are_missing_are_no_warnings()
    {
        using var host = new FakeHost(0);
        string log = LogCapture.Of(() => Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0"))));
        Assert.DoesNotContain("Could not locate", log, StringComparison.OrdinalIgnoreCase);
        Assert.True(log.Split("level=warning").Length < 10, log);
    }

    private static string Gids(JsonNode result) => result["process"]?["user"]?["additionalGids"]?.ToJsonString() ?? "";
}
