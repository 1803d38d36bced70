using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Requests;

public sealed class ContainerRequestTests
{
    private const string Mount = "/var/run/nvidia-container-devices/";
    private static readonly RequestSettings s_open = new() { AnnotationPrefixes = ["cdi.k8s.io/"], AcceptsVolumeMounts = true };

    [Fact]
    [Requirement("RT-110")]
    public void The_first_source_that_names_anything_decides()
    {
        (string, string)[] mounts = [("/dev/null", Mount + "m")];
        string[] environment = ["NVIDIA_VISIBLE_DEVICES=e"];
        Assert.Equal(["a"], new ContainerRequest(TestImage.Of(environment, mounts, [("cdi.k8s.io/x", "a")]), s_open).Devices);
        Assert.Equal(["m"], new ContainerRequest(TestImage.Of(environment, mounts, []), s_open).Devices);
        Assert.Equal(["e"], new ContainerRequest(TestImage.Of(environment, [], []), s_open).Devices);
        Assert.Equal(["e"], new ContainerRequest(TestImage.Of(environment, mounts, []), s_open with { AcceptsVolumeMounts = false }).Devices);
    }

    [Fact]
    [Requirement("RT-117")]
    public void Annotations_are_taken_in_key_order_and_as_they_are() =>
        Assert.Equal(["b", " c", "", "d", "d"], new ContainerRequest(
            TestImage.Of([], [], [("cdi.k8s.io/z", "d,d"), ("cdi.k8s.io/a", "b, c"), ("cdi.k8s.io/b", ""), ("other/x", "no")]), s_open).Devices);

    [Fact]
    [Requirement("RT-118", "RT-146")]
    public void Without_annotations_the_next_source_counts() =>
        Assert.Equal(["0"], new ContainerRequest(TestImage.Of(["NVIDIA_VISIBLE_DEVICES=0"], [], [("cdi.k8s.io/x", "a")]), s_open).WithoutAnnotations().Devices);

    [Theory]
    [Requirement("RT-104", "RT-112", "RT-114", "LG-38")]
    [InlineData(false, true, "0")]
    [InlineData(true, false, "0")]
    [InlineData(false, false, "")]
    public void The_environment_needs_permission(bool privileged, bool accepted, string expected)
    {
        var request = new ContainerRequest(
            TestImage.Of(["NVIDIA_VISIBLE_DEVICES=0"], [], [], privileged), s_open with { AcceptsUnprivilegedEnvironment = accepted });
        Assert.Equal(expected, string.Join(';', request.Devices));
    }

    [Fact]
    [Requirement("RT-111", "LG-29")]
    public void Mounts_and_annotations_need_no_privilege()
    {
        RequestSettings closed = s_open with { AcceptsUnprivilegedEnvironment = false };
        Assert.Equal(["m"], new ContainerRequest(TestImage.Of([], [("/dev/null", Mount + "m")], []), closed).Devices);
        Assert.Equal(["a"], new ContainerRequest(TestImage.Of([], [], [("cdi.k8s.io/x", "a")]), closed).Devices);
    }

    [Fact]
    [Requirement("RT-114", "RT-134")]
    public void A_refused_request_is_warned_about_with_its_variables()
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
    [Requirement("RT-113")]
    [InlineData("void")]
    [InlineData("")]
    public void Asking_for_nothing_needs_no_permission_and_no_warning(string value) =>
        Assert.Empty(LogCapture.Of(() =>
            Assert.Empty(
                new ContainerRequest(TestImage.Of("NVIDIA_VISIBLE_DEVICES=" + value), s_open with { AcceptsUnprivilegedEnvironment = false }).Devices)));

    [Theory]
    [Requirement("RT-115", "RT-116", "RT-136")]
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
    public void Only_qualified_names(string visible, bool expected) =>
        Assert.Equal(expected, new ContainerRequest(TestImage.Of("NVIDIA_VISIBLE_DEVICES=" + visible), s_open).OnlyQualifiedNames);

    [Theory]
    [Requirement("RT-133", "RT-135", "LG-55")]
    [InlineData("1,2", "1;2")]
    [InlineData("all", "")]
    [InlineData("none", "")]
    [InlineData("1,none", "")]
    [InlineData("void", "")]
    [InlineData("", "")]
    public void Channels_of_the_environment(string value, string expected) =>
        Assert.Equal(expected, string.Join(';', new ContainerRequest(TestImage.Of("NVIDIA_IMEX_CHANNELS=" + value), s_open).ImexChannels()));

    [Fact]
    [Requirement("RT-133", "LG-55")]
    public void A_legacy_image_asks_for_no_channel() =>
        Assert.Empty(new ContainerRequest(TestImage.Of("CUDA_VERSION=11.0"), s_open).ImexChannels());

    [Fact]
    [Requirement("RT-132")]
    public void Channels_of_mounts_come_first_and_need_no_privilege()
    {
        ContainerFacts image = TestImage.Of(["NVIDIA_IMEX_CHANNELS=7"], [("/dev/null", Mount + "imex/all")], []);
        Assert.Equal(["all"], new ContainerRequest(image, s_open with { AcceptsUnprivilegedEnvironment = false }).ImexChannels());
        Assert.Equal(["7"], new ContainerRequest(image, s_open with { AcceptsVolumeMounts = false }).ImexChannels());
    }

    [Fact]
    [Requirement("RT-131", "LG-53")]
    public void Channels_can_be_ignored() =>
        Assert.Empty(new ContainerRequest(TestImage.Of("NVIDIA_IMEX_CHANNELS=7"), s_open with { IgnoresImexChannels = true }).ImexChannels());

    [Fact]
    [Requirement("RT-100")]
    public void The_last_of_two_entries_counts_and_the_first_equals_sign_splits()
    {
        ContainerFacts image = TestImage.Of("A=1", "A=2=3", "B=");
        Assert.Equal(("2=3", "", true, false), (image.Variable("A"), image.Variable("B"), image.HasVariable("B"), image.HasVariable("C")));
    }

    [Fact]
    [Requirement("RT-101", "LG-24")]
    public void An_entry_without_equals_sign_asks_for_nothing()
    {
        ContainerFacts image = TestImage.Of("NVIDIA_VISIBLE_DEVICES", "A=1");
        Assert.Equal(["NVIDIA_VISIBLE_DEVICES"], image.MalformedEntries);
        Assert.Empty(new ContainerRequest(image, s_open).Devices);
    }
}
