using GpuContainers.Host.Devices;
using GpuContainers.Linux.Files;

namespace GpuContainers.Host.Tests.Devices;

public sealed class DeviceFileParametersTests
{
    [Theory]
    [Requirement("CL-140")]
    [InlineData("", 0u, 0u, FileModes.SharedFile, true, null)]
    [InlineData("ModifyDeviceFiles: 1\nDeviceFileUID: 7\nDeviceFileGID: 44\nDeviceFileMode: 384\n", 7u, 44u, FileModes.PrivateFile, true, null)]
    [InlineData("ModifyDeviceFiles: 0\n", 0u, 0u, FileModes.SharedFile, false, null)]
    [InlineData("DeviceFileMinor: 3\nDeviceFileMode: 256\nDeviceFileModify: 1\n", 0u, 0u, UnixFileMode.UserRead, true, 3u)]
    [InlineData(
        "DeviceFileModify: 2\nDeviceFileMode: x\nDeviceFileUID: -1\nDeviceFileGID:5 6\nXDeviceFileUID: 9", 0u, 0u, FileModes.SharedFile, false, null)]
    [InlineData("DeviceFileMode: 4294967295\n", 0u, 0u, FileModes.All, true, null)]
    public void Numbers_are_read_and_what_is_none_says_nothing(string text, uint uid, uint gid, UnixFileMode mode, bool mayChange, uint? minor) =>
        Assert.Equal(new DeviceFileParameters(uid, gid, mode, mayChange, minor), DeviceFileParameters.Parse(System.Text.Encoding.ASCII.GetBytes(text)));

    [Fact]
    [Requirement("CL-140")]
    public void A_file_that_is_not_there_leaves_the_usual_values()
    {
        Assert.False(DeviceFileParameters.TryRead("/none/params", out DeviceFileParameters parameters, out _));
        Assert.Equal((0u, 0u, FileModes.SharedFile, true), (parameters.Uid, parameters.Gid, parameters.Mode, parameters.MayChange));
    }
}
