using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Requests;

public sealed class VolumeMountRequestTests
{
    // The table of RT-123.
    [Theory]
    [Requirement("RT-120", "RT-121", "RT-122")]
    [InlineData("/var/run/nvidia-container-devices/0", "0")]
    [InlineData("/var/run/nvidia-container-devices/GPU-abc/", "GPU-abc")]
    [InlineData("/var/run/nvidia-container-devices/cdi/nvidia.com/gpu=0", "nvidia.com/gpu=0")]
    [InlineData("/var/run/nvidia-container-devices/cdi/nvidia.com/gpu/all", "nvidia.com/gpu=all")]
    [InlineData("/var/run/nvidia-container-devices/cdi/v/c/d/e", "v/c=d/e")]
    [InlineData("/var/run/nvidia-container-devices/cdi/bad/x", "")]
    [InlineData("/var/run/nvidia-container-devices/imex/3", "")]
    [InlineData("/var/run/nvidia-container-devicesX/0", "X/0")]
    [InlineData("/var/run/nvidia-container-devices", "")]
    [InlineData("/var/run/../run/nvidia-container-devices//all", "all")]
    [InlineData("/run/nvidia-container-devices/0", "")]
    public void The_destination_names_the_device(string destination, string expected) =>
        Assert.Equal(expected, string.Join(';', VolumeMountRequest.Devices(TestImage.Mounted(destination), needsBoundary: false)));

    [Fact]
    [Requirement("RT-120")]
    public void Only_mounts_of_dev_null_count() =>
        Assert.Equal(["1"], VolumeMountRequest.Devices(
            TestImage.Of([], [("/dev/zero", "/var/run/nvidia-container-devices/0"), ("/dev//null", "/var/run/nvidia-container-devices/1")], []),
                needsBoundary: false));

    [Fact]
    [Requirement("RT-120", "RT-122", "LG-30")]
    public void Each_destination_counts_once_and_words_have_no_meaning() =>
        Assert.Equal(["1", "void", "all"], VolumeMountRequest.Devices(
            TestImage.Mounted(
                "/var/run/nvidia-container-devices/1", "/var/run/nvidia-container-devices/1/",
                "/var/run/nvidia-container-devices/void", "/var/run/nvidia-container-devices/all"), needsBoundary: false));

    [Fact]
    [Requirement("RT-132", "LG-54")]
    public void Channels_come_from_their_own_folder() =>
        Assert.Equal(["3", "5"], VolumeMountRequest.ImexChannels(
            TestImage.Mounted("/var/run/nvidia-container-devices/imex/3", "/var/run/nvidia-container-devices/0", "/var/run/nvidia-container-devices/imex/5"),
                needsBoundary: false));

    [Fact]
    [Requirement("LG-31")]
    public void The_hook_asks_for_a_boundary_behind_the_folder() =>
        Assert.Equal(["1"],
            VolumeMountRequest.Devices(TestImage.Mounted("/var/run/nvidia-container-devicesX", "/var/run/nvidia-container-devices/1"), needsBoundary: true));

    [Fact]
    [Requirement("LG-32")]
    public void The_hook_knows_CDI_names_too() =>
        Assert.Equal(["a/b=c", "v/c=d"], VolumeMountRequest.Devices(
            TestImage.Mounted(
                "/var/run/nvidia-container-devices/cdi/a/b=c", "/var/run/nvidia-container-devices/cdi/v/c/d",
                "/var/run/nvidia-container-devices/cdi/x", "/var/run/nvidia-container-devices/imex/1"), needsBoundary: true));
}
