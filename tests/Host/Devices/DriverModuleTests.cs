using GpuContainers.Host.Devices;

namespace GpuContainers.Host.Tests.Devices;

/// <summary>Whether the driver's module is loaded.</summary>
public sealed class DriverModuleTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("module").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root + path)!);
        File.WriteAllText(_root + path, text);
    }

    [Theory]
    [Requirement("IN-44", "IN-46")]
    [InlineData("nvidia 1 0 - Live 0x0\n", true)]
    [InlineData("ext4 1 0 - Live 0x0\nnvidia_uvm 1 0 - Live 0x0\nnvidia 2 1 nvidia_uvm, Live 0x0\n", true)]
    [InlineData("nvidia_current 1 0 - Live 0x0", true)]
    [InlineData("nvidia_uvm 1 0 - Live 0x0\nnvidiafb 10 0 - Live 0x0\n", false)]
    [InlineData("drm 1 2 nvidia ,nvidia Live 0x0\nmynvidia 1 0 - Live\n", false)]
    [InlineData("nvidia", false)]
    [InlineData("", false)]
    public void The_list_of_modules_tells(string modules, bool isLoaded)
    {
        // A file of the driver that is there all the same does not count beside the list.
        Write("/proc/driver/nvidia/version", "NVRM version: 1\n");
        Write("/proc/modules", modules);
        Assert.Equal(isLoaded, DriverModule.IsLoaded(_root));
    }

    [Fact]
    [Requirement("IN-44")]
    public void A_kernel_without_the_list_shows_a_running_driver_otherwise()
    {
        Assert.False(DriverModule.IsLoaded(_root));
        Write("/proc/driver/nvidia/version", "NVRM version: 1\n");
        Assert.True(DriverModule.IsLoaded(_root));
    }
}
