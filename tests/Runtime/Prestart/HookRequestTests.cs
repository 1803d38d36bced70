using GpuContainers.Configuration.Model;
using GpuContainers.Runtime.Prestart;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Prestart;

public sealed class HookRequestTests
{
    private const string Folder = "/var/run/nvidia-container-devices";
    private const string AllCapabilities = "--compat32 --compute --display --graphics --ngx --utility --video";
    private static readonly ToolkitConfig s_default = new();
    private static readonly ToolkitConfig s_mounts = s_default with { AcceptVolumeMounts = true, AcceptEnvironmentWhenUnprivileged = false };

    [Theory]
    [Requirement("LG-35", "LG-36", "LG-37", "LG-45", "LG-55")]
    [InlineData("V=all", "--device=all --compute --utility")]
    [InlineData("V=0, 1,0", "--device=1,0 --compute --utility")]
    [InlineData("V=0,,1", "--device=0,1 --compute --utility")]
    [InlineData("V=0,all,1", "--device=all --compute --utility")]
    [InlineData("V=0,none;C=all", AllCapabilities)]
    [InlineData("V=all,none", "--device=all --compute --utility")]
    [InlineData("V=none,all", "--compute --utility")]
    [InlineData("V=0;C= video , compute,", "--device=0 --compute --video")]
    [InlineData("V=0;C=,", "--device=0")]
    [InlineData("V=0;C=", "--device=0 --compute --utility")]
    [InlineData("V=0;C=all,magic", "--device=0 " + AllCapabilities)]
    [InlineData("CUDA_VERSION=10.2.89", "--device=all " + AllCapabilities + " --require=cuda>=10.2")]
    [InlineData("CUDA_VERSION=10.2.89;NVIDIA_REQUIRE_CUDA=cuda>=9;V=0", "--device=0 --compute --utility --require=cuda>=9")]
    [InlineData("V=0;NVIDIA_IMEX_CHANNELS=1,all", "--device=0 --compute --utility")]
    [InlineData("V=0;NVIDIA_IMEX_CHANNELS=1,x,1", "--device=0 --imex-channel=x,1 --compute --utility")]
    public void The_request_of_the_environment(string environment, string expected) =>
        Assert.Equal(expected, Arguments(s_default, Variables(environment)));

    [Theory]
    [Requirement("LG-36", "LG-39", "LG-56")]
    [InlineData("")]
    [InlineData("V=")]
    [InlineData("V= , ")]
    [InlineData("V=0,void")]
    [InlineData("V=all,void")]
    [InlineData("CUDA_VERSION=10.2;V=")]
    [InlineData("NVIDIA_IMEX_CHANNELS=1")]
    [InlineData("V=void;C=nonsense;NVIDIA_MIG_CONFIG_DEVICES=all;NVIDIA_REQUIRE_X=y")]
    [InlineData("CUDA_VERSION=nonsense;V=void")]
    public void No_device_no_work_and_no_further_check(string environment) =>
        Assert.Null(HookRequest.From(Image(Variables(environment)), s_default, DriverCapabilities.Supported));

    [Theory]
    [Requirement("LG-33")]
    [InlineData("SW", "V=0;SW=1", "1")]
    [InlineData("SW", "V=0", "0")]
    [InlineData(" A , ,B", "V=0;B=2;A=1", "1,2")]
    [InlineData("A,B", "V=0;B=2", "2")]
    [InlineData("A,B", "A=;B=2", "2")]
    public void Variables_of_the_swarm_replace_the_usual_one_in_order_of_the_configuration(string swarm, string environment, string devices) =>
        Assert.Equal(
            devices, string.Join(
                ',', HookRequest.From(Image(Variables(environment)), s_default with { SwarmResource = swarm }, DriverCapabilities.Supported)!.Devices));

    [Fact]
    [Requirement("LG-34")]
    public void A_swarm_variable_that_is_empty_asks_for_nothing() =>
        Assert.Null(HookRequest.From(Image("NVIDIA_VISIBLE_DEVICES=0", "SW="), s_default with { SwarmResource = "SW" }, DriverCapabilities.Supported));

    [Fact]
    [Requirement("LG-29", "LG-30", "LG-54")]
    public void Mounts_win_over_the_environment_whatever_the_privileges()
    {
        ContainerFacts image = Mounted(["NVIDIA_VISIBLE_DEVICES=9", "NVIDIA_IMEX_CHANNELS=9"], "/GPU-1", "/1:0/", "/imex/5", "//GPU-1", "", "/x/../0");
        Assert.Equal("--device=GPU-1,1:0,0 --imex-channel=5 --compute --utility", Arguments(s_mounts, image));
        Assert.Equal("--device=9 --imex-channel=9 --compute --utility", Arguments(s_default, image));
    }

    [Fact]
    [Requirement("LG-31")]
    public void The_folder_of_the_mounts_has_a_boundary() =>
        Assert.Null(HookRequest.From(Mounted(["NVIDIA_VISIBLE_DEVICES="], "X/0", "X"), s_mounts, DriverCapabilities.Supported));

    [Fact]
    [Requirement("LG-32")]
    public void Mounted_requests_for_CDI_devices_become_their_names()
    {
        string log = LogCapture.Of(() =>
            Assert.Equal(
                "--device=v/c=a,v/c=b/d --compute --utility",
                    Arguments(s_mounts, Mounted([], "/cdi/v/c=a", "/cdi/v/c/b/d", "/cdi/nonsense", "/imex/1"), withImex: false)));
        Assert.Contains("Ignoring invalid mount request for CDI device cdi/nonsense", log, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("LG-32")]
    public void Words_have_no_meaning_in_mounts() =>
        Assert.Equal("--device=all,none,void --compute --utility", Arguments(s_mounts, Mounted([], "/all", "/none", "/void")));

    [Fact]
    [Requirement("LG-38")]
    public void An_unprivileged_request_that_is_not_accepted_is_warned_about_and_ignored()
    {
        string log = LogCapture.Of(() =>
            Assert.Null(HookRequest.From(Image("A=0", "B=1"), s_mounts with { SwarmResource = "A,B,C" }, DriverCapabilities.Supported)));
        Assert.Contains("Ignoring devices requested by environment variable(s) in unprivileged container: [A B]", log, StringComparison.Ordinal);
        Assert.NotNull(HookRequest.From(Image(["NVIDIA_VISIBLE_DEVICES=0"], privileged: true), s_mounts, DriverCapabilities.Supported));
    }

    [Theory]
    [Requirement("LG-40", "LG-41", "LG-43")]
    [InlineData("compute,magic", "all", "unsupported capabilities found in 'compute,magic' (allowed 'compute')")]
    [InlineData("none", "all", "unsupported capabilities found in 'none' (allowed '')")]
    [InlineData("video, Compute ,utility", "all", "unsupported capabilities found in 'Compute,utility,video' (allowed 'utility,video')")]
    [InlineData("compute,video", "video", "unsupported capabilities found in 'compute,video' (allowed 'video')")]
    public void A_capability_that_is_not_supported_is_an_error(string requested, string supported, string message)
    {
        CoreException error = Assert.Throws<CoreException>(
            () => Request(s_default with { SupportedDriverCapabilities = supported }, Variables($"V=0;C={requested}")));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("LG-42", "LG-44")]
    [InlineData("V=0", "video", "--device=0")]
    [InlineData("V=0;C=", "video,utility", "--device=0 --utility")]
    [InlineData("V=0;C=all", "video,utility", "--device=0 --utility --video")]
    [InlineData("V=0;C=,", "video", "--device=0")]
    [InlineData("CUDA_VERSION=9.0;V=0", "video", "--device=0 --video --require=cuda>=9.0")]
    [InlineData("CUDA_VERSION=9.0;V=0;C=", "video", "--device=0 --require=cuda>=9.0")]
    public void What_is_supported_bounds_what_is_given(string environment, string supported, string expected) =>
        Assert.Equal(expected, Arguments(s_default with { SupportedDriverCapabilities = supported }, Variables(environment)));

    [Theory]
    [Requirement("LG-46", "LG-47", "LG-48", "LG-50")]
    [InlineData("NVIDIA_REQUIRE_B=b;NVIDIA_REQUIRE_A=a x;NVIDIA_REQUIRE_=;NVIDIA_REQUIRE_JETPACK=j;NVIDIA_REQUIRE_JETPACK_HOST=j",
        "--require=;--require=a x;--require=b")]
    [InlineData("NVIDIA_REQUIRE_Z=z;CUDA_VERSION=v12", "--require=z;--require=cuda>=12.0")]
    [InlineData("NVIDIA_REQUIRE_CUDA=;CUDA_VERSION=11.2.1-rc1+b", "--require=;--require=cuda>=11.2")]
    [InlineData("NVIDIA_REQUIRE_A=a;NVIDIA_DISABLE_REQUIRE=false", "--require=a")]
    [InlineData("NVIDIA_REQUIRE_A=a;NVIDIA_DISABLE_REQUIRE=yes", "--require=a")]
    [InlineData("NVIDIA_REQUIRE_A=a;NVIDIA_DISABLE_REQUIRE=T", "")]
    [InlineData("CUDA_VERSION=nonsense;NVIDIA_DISABLE_REQUIRE=1", "")]
    public void Requirements_of_the_image_in_the_order_of_their_names(string environment, string expected)
    {
        HookRequest request = Request(s_default, Variables("V=0;" + environment));
        Assert.Equal(expected, string.Join(';', request.Requirements.Select(value => "--require=" + value)));
        Assert.Empty(Request(s_default with { DisableRequire = true }, Variables("V=0;" + environment)).Requirements);
    }

    [Theory]
    [Requirement("LG-49")]
    [InlineData("9.0.1.2")]
    [InlineData("abc")]
    [InlineData("9.4294967296")]
    public void A_CUDA_version_that_is_none_is_an_error(string version)
    {
        CoreException error = Assert.Throws<CoreException>(() => Request(s_default, Variables($"V=0;CUDA_VERSION={version}")));
        Assert.StartsWith($"failed to get requirements failed to get version: invalid CUDA version {version}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("LG-51")]
    public void MIG_devices_are_passed_on_unchanged_to_the_privileged() =>
        Assert.Equal(
            "--device=0 --mig-config= 0, all --mig-monitor=1 --compute --utility",
            Arguments(s_default, Image(["NVIDIA_VISIBLE_DEVICES=0", "NVIDIA_MIG_CONFIG_DEVICES= 0, all", "NVIDIA_MIG_MONITOR_DEVICES=1"], privileged: true)));

    [Theory]
    [Requirement("LG-52", "LG-74")]
    [InlineData("NVIDIA_MIG_CONFIG_DEVICES=all;NVIDIA_MIG_MONITOR_DEVICES=all", "cannot set MIG_CONFIG_DEVICES in non privileged container")]
    [InlineData("NVIDIA_MIG_MONITOR_DEVICES=all;C=magic", "cannot set MIG_MONITOR_DEVICES in non privileged container")]
    [InlineData("NVIDIA_MIG_CONFIG_DEVICES=;C=magic;CUDA_VERSION=x", "unsupported capabilities found in 'magic'")]
    public void Others_may_not_touch_MIG(string environment, string message)
    {
        CoreException error = Assert.Throws<CoreException>(() => Request(s_default, Variables("V=0;" + environment)));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("LG-55")]
    [InlineData("NVIDIA_IMEX_CHANNELS=all")]
    [InlineData("NVIDIA_IMEX_CHANNELS=none")]
    [InlineData("NVIDIA_IMEX_CHANNELS=0,void")]
    [InlineData("NVIDIA_IMEX_CHANNELS=")]
    [InlineData("CUDA_VERSION=9.0")]
    public void These_ask_for_no_channel(string environment) => Assert.Empty(Request(s_default, Variables("V=0;" + environment)).ImexChannels);

    [Fact]
    [Requirement("LG-53")]
    public void Channels_can_be_switched_off()
    {
        ToolkitConfig config = s_mounts with { Features = new FeaturesConfig { IgnoreImexChannelRequests = true } };
        Assert.Empty(Request(config, Mounted(["NVIDIA_IMEX_CHANNELS=1"], "/0", "/imex/2")).ImexChannels);
    }

    [Fact]
    [Requirement("LG-55")]
    public void Mounted_channels_are_not_checked() =>
        Assert.Equal(["all", "x"], Request(s_mounts, Mounted([], "/0", "/imex/all", "/imex/x")).ImexChannels);

    private static HookRequest Request(ToolkitConfig config, string[] environment) => Request(config, Image(environment));

    private static HookRequest Request(ToolkitConfig config, ContainerFacts image) =>
        HookRequest.From(image, config, HookConfiguration.SupportedCapabilities(config)) ?? throw new InvalidOperationException("nothing was asked for");

    private static string Arguments(ToolkitConfig config, string[] environment) => Arguments(config, Image(environment));

    // What stands between the options of the configuration and the process, in the order that the container CLI gets it (LG-66).
    private static string Arguments(ToolkitConfig config, ContainerFacts image, bool withImex = true)
    {
        HookRequest request = Request(config, image);
        List<string> arguments = CliArguments.Build("/cli", config, withImex ? request : request with { ImexChannels = [] }, false, 42, "/r");
        Assert.Equal(["--pid=42", "/r"], arguments[^2..]);
        int start = arguments.FindIndex(argument => argument.StartsWith("--ldconfig=", StringComparison.Ordinal)) + 1;
        return string.Join(' ', arguments[start..^2]);
    }

    private static string[] Variables(string text) =>
        [.. text.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(entry =>
            entry.StartsWith("V=", StringComparison.Ordinal) ? "NVIDIA_VISIBLE_DEVICES=" + entry[2..]
            : entry.StartsWith("C=", StringComparison.Ordinal) ? "NVIDIA_DRIVER_CAPABILITIES=" + entry[2..] : entry)];

    private static ContainerFacts Image(params string[] environment) => Image(environment, false);

    private static ContainerFacts Image(string[] environment, bool privileged) => new(environment, [], new Dictionary<string, string>(), privileged);

    private static ContainerFacts Mounted(string[] environment, params string[] names) =>
        new(environment, [.. names.Select(name => ("/dev/../dev/null", Folder + name)), ("/dev/zero", Folder + "/other")], new Dictionary<string, string>(),
            false);
}
