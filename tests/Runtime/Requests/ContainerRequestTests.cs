using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Requests;

public sealed class ContainerRequestTests
{
    private const string Mount = "/var/run/nvidia-container-devices/";
    private static readonly RequestSettings s_open = new() { AnnotationPrefixes = ["cdi.k8s.io/"], AcceptsVolumeMounts = true };

    [Fact]
    public void The_first_source_that_names_anything_decides_RT_110()
    {
        (string, string)[] mounts = [("/dev/null", Mount + "m")];
        string[] environment = ["NVIDIA_VISIBLE_DEVICES=e"];
        Assert.Equal(["a"], new ContainerRequest(TestImage.Of(environment, mounts, [("cdi.k8s.io/x", "a")]), s_open).Devices);
        Assert.Equal(["m"], new ContainerRequest(TestImage.Of(environment, mounts, []), s_open).Devices);
        Assert.Equal(["e"], new ContainerRequest(TestImage.Of(environment, [], []), s_open).Devices);
        Assert.Equal(["e"], new ContainerRequest(TestImage.Of(environment, mounts, []), s_open with { AcceptsVolumeMounts = false }).Devices);
    }

    [Fact]
    public void Annotations_are_taken_in_key_order_and_as_they_are_RT_117() =>
        Assert.Equal(["b", " c", "", "d", "d"], new ContainerRequest(
            TestImage.Of([], [], [("cdi.k8s.io/z", "d,d"), ("cdi.k8s.io/a", "b, c"), ("cdi.k8s.io/b", ""), ("other/x", "no")]), s_open).Devices);

    [Fact]
    public void Without_annotations_the_next_source_counts_RT_118_RT_146() =>
        Assert.Equal(["0"], new ContainerRequest(TestImage.Of(["NVIDIA_VISIBLE_DEVICES=0"], [], [("cdi.k8s.io/x", "a")]), s_open).WithoutAnnotations().Devices);

    [Theory]
    [InlineData(false, true, "0")]
    [InlineData(true, false, "0")]
    [InlineData(false, false, "")]
    public void The_environment_needs_permission_RT_104_RT_112_RT_114_LG_38(bool privileged, bool accepted, string expected)
    {
        var request = new ContainerRequest(TestImage.Of(["NVIDIA_VISIBLE_DEVICES=0"], [], [], privileged), s_open with { AcceptsUnprivilegedEnvironment = accepted });
        Assert.Equal(expected, string.Join(';', request.Devices));
    }

    [Fact]
    public void Mounts_and_annotations_need_no_privilege_RT_111_LG_29()
    {
        RequestSettings closed = s_open with { AcceptsUnprivilegedEnvironment = false };
        Assert.Equal(["m"], new ContainerRequest(TestImage.Of([], [("/dev/null", Mount + "m")], []), closed).Devices);
        Assert.Equal(["a"], new ContainerRequest(TestImage.Of([], [], [("cdi.k8s.io/x", "a")]), closed).Devices);
    }

    [Fact]
    public void A_refused_request_is_warned_about_with_its_variables_RT_114_RT_134()
    {
        string log = LogCapture.Of(() =>
        {
            RequestSettings closed = s_open with { AcceptsUnprivilegedEnvironment = false, PreferredVariables = ["A", "B"] };
            var request = new ContainerRequest(TestImage.Of("A=0", "B=1", "NVIDIA_IMEX_CHANNELS=3"), closed);
            Assert.Empty(request.Devices);
            Assert.Empty(request.ImexChannels());
        });
        Assert.Contains("Ignoring devices requested by environment variable(s) in unprivileged container: [A B]", log, StringComparison.Ordinal);
        Assert.Contains("Ignoring request by environment variable(s) in unprivileged container: [NVIDIA_IMEX_CHANNELS]", log, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("void")]
    [InlineData("")]
    public void Asking_for_nothing_needs_no_permission_and_no_warning_RT_113(string value) =>
        Assert.Empty(LogCapture.Of(() =>
            Assert.Empty(new ContainerRequest(TestImage.Of("NVIDIA_VISIBLE_DEVICES=" + value), s_open with { AcceptsUnprivilegedEnvironment = false }).Devices)));

    [Theory]
    [InlineData("nvidia.com/gpu=0", true)]
    [InlineData("a/b=0", true)]
    [InlineData("nvidia.com/gpu=0,GPU-x", false)]
    [InlineData("none", false)]
    [InlineData("", false)]
    [InlineData("/nvidia.com/gpu=0", false)]
    [InlineData("nvidia.com/gpu=-0", false)]
    [InlineData("nvidia.com/gpu=0:1", true)]
    [InlineData("1nvidia.com/gpu=0", false)]
    [InlineData("nvidia.com/gpu-=0", false)]
    public void Only_qualified_names_RT_115_RT_116_RT_136(string visible, bool expected) =>
        Assert.Equal(expected, new ContainerRequest(TestImage.Of("NVIDIA_VISIBLE_DEVICES=" + visible), s_open).OnlyQualifiedNames);

    [Theory]
    [InlineData("1,2", "1;2")]
    [InlineData("all", "")]
    [InlineData("none", "")]
    [InlineData("1,none", "")]
    [InlineData("void", "")]
    [InlineData("", "")]
    public void Channels_of_the_environment_RT_133_RT_135_LG_55(string value, string expected) =>
        Assert.Equal(expected, string.Join(';', new ContainerRequest(TestImage.Of("NVIDIA_IMEX_CHANNELS=" + value), s_open).ImexChannels()));

    [Fact]
    public void A_legacy_image_asks_for_no_channel_RT_133_LG_55() =>
        Assert.Empty(new ContainerRequest(TestImage.Of("CUDA_VERSION=11.0"), s_open).ImexChannels());

    [Fact]
    public void Channels_of_mounts_come_first_and_need_no_privilege_RT_132()
    {
        ContainerImage image = TestImage.Of(["NVIDIA_IMEX_CHANNELS=7"], [("/dev/null", Mount + "imex/all")], []);
        Assert.Equal(["all"], new ContainerRequest(image, s_open with { AcceptsUnprivilegedEnvironment = false }).ImexChannels());
        Assert.Equal(["7"], new ContainerRequest(image, s_open with { AcceptsVolumeMounts = false }).ImexChannels());
    }

    [Fact]
    public void Channels_can_be_ignored_RT_131_LG_53() =>
        Assert.Empty(new ContainerRequest(TestImage.Of("NVIDIA_IMEX_CHANNELS=7"), s_open with { IgnoresImexChannels = true }).ImexChannels());

    [Fact]
    public void The_last_of_two_entries_counts_and_the_first_equals_sign_splits_RT_100()
    {
        ContainerImage image = TestImage.Of("A=1", "A=2=3", "B=");
        Assert.Equal(("2=3", "", true, false), (image.Variable("A"), image.Variable("B"), image.HasVariable("B"), image.HasVariable("C")));
    }

    [Fact]
    public void An_entry_without_equals_sign_asks_for_nothing_RT_101_LG_24()
    {
        ContainerImage image = TestImage.Of("NVIDIA_VISIBLE_DEVICES", "A=1");
        Assert.Equal(["NVIDIA_VISIBLE_DEVICES"], image.MalformedEntries);
        Assert.Empty(new ContainerRequest(image, s_open).Devices);
    }
}
