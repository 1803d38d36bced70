using System.Text.Json.Nodes;
using GpuContainers.Configuration.Model;
using GpuContainers.Runtime.Create.Planning;
using GpuContainers.Runtime.Requests;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Create.Planning;

public sealed class AutomaticDevicesTests
{
    private static readonly string[] s_control = ["/dev/nvidia-uvm", "/dev/nvidiactl"];

    [Theory]
    [InlineData("all", "/dev/nvidia0;/dev/nvidia1")]
    [InlineData("1,0", "/dev/nvidia0;/dev/nvidia1")]
    [InlineData("0", "/dev/nvidia0")]
    [InlineData("1,1", "/dev/nvidia1")]
    [InlineData("none", "")]
    public void The_devices_asked_for_come_with_the_control_nodes_RT_177_RT_179_RT_185(string visible, string expected)
    {
        using var host = new FakeHost(0, 1);
        JsonNode result = Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible)));
        Assert.Equal([.. expected.Split(';', StringSplitOptions.RemoveEmptyEntries), .. s_control], Plans.Devices(result));
        Assert.Equal(visible == "none", Plans.Env(result).Contains("NVCT_EMPTY_DEVICE="));
    }

    [Theory]
    [InlineData("void")]
    [InlineData("")]
    [InlineData("0,void")]
    public void Nothing_asked_for_gives_nothing_RT_152_RT_161(string visible)
    {
        using var host = new FakeHost(0);
        Assert.Equal(Plans.Minimal, Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible))).ToJsonString());
    }

    [Fact]
    public void A_GPU_under_two_ids_is_one_device_with_two_rules_RT_177()
    {
        using var host = new FakeHost(0);
        JsonNode result = Plans.Apply("jit-cdi", host.Inputs(Plans.Request($"NVIDIA_VISIBLE_DEVICES=0,{FakeHost.Uuid(0)}")));
        Assert.Equal(["/dev/nvidia0", .. s_control], Plans.Devices(result));
        Assert.Equal(2, result["linux"]!["resources"]!["devices"]!.AsArray().Count(rule => rule!["major"]!.GetValue<int>() == 195 && rule["minor"]!.GetValue<int>() == 0));
    }

    [Theory]
    [InlineData("banana", "identifier is not a valid UUID or index: \"banana\"")]
    [InlineData("7", "failed to get device handle from index: ")]
    [InlineData("GPU-7", "")]
    public void What_is_not_there_is_an_error_with_its_cause_RT_181(string visible, string cause)
    {
        using var host = new FakeHost(0);
        CoreException error = Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible))));
        Assert.Equal(CoreFailure.Generation, error.Reason);
        Assert.StartsWith("failed to create the automatic CDI modifier: failed to generate CDI spec for mode \"auto\": failed to construct device spec generators: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_without_driver_fails_only_containers_that_ask_RT_145_RT_182()
    {
        using var host = new FakeHost();
        Directory.Delete(host.At("proc"), recursive: true);
        Directory.Delete(host.At("usr"), recursive: true);
        Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0"))));
        Assert.Equal(Plans.Minimal, Plans.Apply("jit-cdi", host.Inputs(Plans.Request())).ToJsonString());
    }

    [Fact]
    public void Every_group_adds_the_variable_that_hides_devices_RT_172_RT_178_RT_249()
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
    public void Gated_features_come_in_their_order_RT_170_RT_171_RT_172_RT_219()
    {
        using var host = new FakeHost(0);
        foreach ((string path, uint minor) in new[] { ("dev/nvidia-nvswitchctl", 255u), ("dev/gdrdrv", 1u), ("dev/infiniband/uverbs0", 2u), ("dev/nvidia-fs0", 3u) })
            host.Node(path, 236, minor);
        string[] features = ["NVIDIA_NVSWITCH=enabled", "NVIDIA_GDRCOPY=enabled", "NVIDIA_MOFED=enabled", "NVIDIA_GDS=enabled"];
        JsonNode result = Plans.Apply("jit-cdi", host.Inputs(Plans.Request(["NVIDIA_VISIBLE_DEVICES=0", .. features])));
        Assert.Equal(["/dev/nvidia-fs0", "/dev/infiniband/uverbs0", "/dev/gdrdrv", "/dev/nvidia-nvswitchctl"], Plans.Devices(result)[3..]);
    }

    [Theory]
    [InlineData("NVIDIA_GDS=true")]
    [InlineData("NVIDIA_GDS=Enabled")]
    public void Only_the_exact_word_switches_a_feature_on_RT_171(string variable)
    {
        using var host = new FakeHost(0);
        host.Node("dev/nvidia-fs0", 236, 0);
        Assert.DoesNotContain("/dev/nvidia-fs0", Plans.Devices(Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", variable)))));
    }

    [Theory]
    [InlineData("x", "invalid channel ID x: ")]
    [InlineData("../../null", "invalid channel ID ../../null: ")]
    [InlineData("2048000", "")]
    [InlineData("3", "IMEX channel 3 not found at ")]
    public void A_channel_must_be_a_number_and_exist_RT_181_RT_183(string channel, string cause)
    {
        using var host = new FakeHost(0);
        CoreException error = Assert.Throws<CoreException>(() =>
            Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_IMEX_CHANNELS=" + channel))));
        Assert.StartsWith("failed to create the automatic CDI modifier: failed to generate CDI spec for mode \"imex\": ", error.Message, StringComparison.Ordinal);
        Assert.Contains(cause, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Channels_need_devices_and_none_gives_no_channel_RT_131_RT_135_RT_173()
    {
        using var host = new FakeHost(0);
        host.Node("dev/nvidia-caps-imex-channels/channel0", 237, 0);
        Assert.Empty(Plans.Devices(Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_IMEX_CHANNELS=0")))));
        Assert.DoesNotContain("/dev/nvidia-caps-imex-channels/channel0", Plans.Devices(Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_IMEX_CHANNELS=none")))));
    }

    [Fact]
    public void Mode_cdi_generates_automatic_devices_too_RT_160_RT_165()
    {
        using var host = new FakeHost(0, 1);
        Assert.Equal(["/dev/nvidia1", .. s_control], Plans.Devices(Plans.Apply("cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=runtime.nvidia.com/gpu=1")))));
    }

    [Theory]
    [InlineData("runtime.nvidia.com/gpu=0,nvidia.com/gpu=0")]
    [InlineData("0,nvidia.com/gpu=0")]
    public void Automatic_and_other_names_do_not_mix_RT_162(string visible)
    {
        using var host = new FakeHost(0);
        CoreException error = Assert.Throws<CoreException>(() => Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=" + visible))));
        Assert.Equal(CoreFailure.MixedDevices, error.Reason);
        Assert.StartsWith("requesting a CDI device with vendor 'runtime.nvidia.com' is not supported when requesting other CDI devices", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hooks_have_the_form_that_engines_know_RT_174_RT_184_RT_253()
    {
        using var host = new FakeHost(0);
        JsonNode result = Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0")));
        // HK-3: update-ldcache relies on the files of the two before it.
        string[] order = ["create-symlinks", "enable-cuda-compat", "update-ldcache", "disable-device-node-modification", "update-application-profile"];
        Assert.Equal(order.Intersect(Plans.Hooks(result)), Plans.Hooks(result));
        JsonNode compat = result["hooks"]!["createContainer"]!.AsArray().First(hook => hook!["args"]![2]!.GetValue<string>() == "enable-cuda-compat")!;
        Assert.Equal(
            $$"""{"path":"/usr/bin/nvidia-ctk","args":["nvidia-ctk","hook","enable-cuda-compat","--host-driver-version={{FakeHost.Version}}"],"env":["NVIDIA_CTK_DEBUG=false"]}""",
            compat.ToJsonString());
        Assert.DoesNotContain("--ldconfig-path", result.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Hooks_can_be_switched_off_by_name_or_all_RT_222_RT_254()
    {
        using var host = new FakeHost(0);
        ContainerRequest request = Plans.Request("NVIDIA_VISIBLE_DEVICES=0");
        Assert.DoesNotContain("enable-cuda-compat", Plans.Hooks(Plans.Apply("jit-cdi", host.Inputs(request, Plans.Config(modes => modes with { GeneratorDisabledHooks = ["enable-cuda-compat"] })))));
        Assert.Empty(Plans.Hooks(Plans.Apply("jit-cdi", host.Inputs(request, Plans.Config(modes => modes with { GeneratorDisabledHooks = ["all"] })))));
        ToolkitConfig feature = new() { Features = new FeaturesConfig { DisableCudaCompatLibHook = true } };
        Assert.Contains("enable-cuda-compat", Plans.Hooks(Plans.Apply("jit-cdi", host.Inputs(request, feature))));
    }

    [Fact]
    public void Groups_of_nodes_follow_the_configuration_alone_RT_175_RT_251()
    {
        using var host = new FakeHost(0);
        File.SetUnixFileMode(host.At("dev/nvidia0"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite);
        System.Diagnostics.Process.Start("chown", ["0:44", host.At("dev/nvidia0")]).WaitForExit();
        ContainerRequest request = Plans.Request("NVIDIA_VISIBLE_DEVICES=0");
        Assert.Equal("[44]", Gids(Plans.Apply("jit-cdi", host.Inputs(request))));
        Assert.Equal("[44]", Gids(Plans.Apply("jit-cdi", host.Inputs(request, Plans.Config(modes => modes with { GeneratorFeatureFlags = ["no-additional-gids-for-device-nodes"] })))));
        Assert.Equal("", Gids(Plans.Apply("jit-cdi", host.Inputs(request, new ToolkitConfig { Features = new FeaturesConfig { NoAdditionalGidsForDeviceNodes = true } }))));
    }

    [Fact]
    public void A_device_has_numbers_mode_and_host_path_RT_13_RT_250()
    {
        using var host = new FakeHost(0);
        JsonNode device = Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0")))["linux"]!["devices"]![0]!;
        Assert.Equal("""{"path":"/dev/nvidia0","type":"c","major":195,"minor":0,"fileMode":438}""", device.ToJsonString());
    }

    [Fact]
    public void Each_device_is_applied_before_what_is_common_RT_180_RT_255()
    {
        using var host = new FakeHost(0);
        string[] env = Plans.Env(Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=none"))));
        Assert.Equal(["PATH=/bin", "NVCT_EMPTY_DEVICE=", "NVIDIA_CTK_LIBCUDA_DIR=/usr/lib/x86_64-linux-gnu", "NVIDIA_VISIBLE_DEVICES=void"], env);
    }

    [Fact]
    public void The_platform_of_the_driver_root_chooses_the_generator_RT_176()
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
    public void Optional_files_that_are_missing_are_no_warnings_RT_48()
    {
        using var host = new FakeHost(0);
        string log = LogCapture.Of(() => Plans.Apply("jit-cdi", host.Inputs(Plans.Request("NVIDIA_VISIBLE_DEVICES=0"))));
        Assert.DoesNotContain("Could not locate", log, StringComparison.OrdinalIgnoreCase);
        Assert.True(log.Split("level=warning").Length < 10, log);
    }

    private static string Gids(JsonNode result) => result["process"]?["user"]?["additionalGids"]?.ToJsonString() ?? "";
}
