using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;

namespace GpuContainers.Host.Tests.Driver;

public sealed class DriverLibrariesTests : IDisposable
{
    private const string Folder = "/usr/lib/x86_64-linux-gnu";
    private readonly SimulatedTree _host = SimulatedTree.OfText("{}");

    public void Dispose() => _host.Dispose();

    [Fact]
    [Requirement("DS-28")]
    public void The_loaded_drivers_version_comes_first()
    {
        _host.Write(Folder + "/libcuda.so.550.54.15");
        Assert.Equal("570.133.20", Libraries("570.133.20").Version);
    }

    [Theory]
    [Requirement("DS-31")]
    [InlineData("libcuda.so.570.133.20", "libnvidia-ml.so.550.54.15", "570.133.20")]
    [InlineData("libnvidia-ml.so.550.54.15", "libother.so.1.2", "550.54.15")]
    [InlineData("libcuda.so.1", "libnvidia-ml.so.418.226.00", "418.226.00")]
    public void Without_one_the_name_of_a_library_tells_it(string first, string second, string version)
    {
        _host.Write($"{Folder}/{first}");
        _host.Write($"{Folder}/{second}");
        Assert.Equal(version, Libraries().Version);
    }

    [Fact]
    [Requirement("DS-32")]
    public void Of_several_versions_the_first_in_byte_order_is_taken()
    {
        foreach (string version in (string[])["1.1", "550.54.15", "570.133.20"])
            _host.Write($"{Folder}/libcuda.so.{version}");
        Assert.Equal("1.1", Libraries().Version);
    }

    [Fact]
    [Requirement("DS-31")]
    public void A_link_to_a_file_of_another_name_tells_no_version()
    {
        _host.Write(Folder + "/driver.bin");
        _host.Link(Folder + "/libcuda.so.570.133.20", "driver.bin");
        var error = Assert.Throws<HostException>(() => Libraries().Version);
        Assert.StartsWith($"failed to extract version from path {_host.At(Folder + "/driver.bin")}", error.Message, StringComparison.Ordinal);
    }

    // What was looked for in several ways names each in its error.
    [Fact]
    [Requirement("DS-31", "DS-7", "DS-8")]
    public void Without_any_library_both_names_are_in_the_error()
    {
        var error = Assert.Throws<HostException>(() => Libraries().Version);
        Assert.StartsWith(
            "failed to locate \"libcuda.so.\": libcuda.so.*.*: not found\nlibnvidia-ml.so.*.*: not found", error.Message, StringComparison.Ordinal);
        Assert.Contains("--driver-root", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DS-33")]
    public void A_loaded_version_without_its_libraries_is_an_error_that_names_them()
    {
        _host.Write(Folder + "/libcuda.so.550.54.15");
        var error = Assert.Throws<HostException>(() => Libraries("570.133.20").Directories);
        Assert.Contains("libcuda.so.570.133.20: not found\nlibnvidia-ml.so.570.133.20: not found", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DS-33")]
    public void The_folders_are_those_of_the_versions_libraries_from_inside_the_root()
    {
        _host.Write("/usr/lib64/libnvidia-x.so.570.133.20");
        _host.Write(Folder + "/libcuda.so.570.133.20");
        _host.Write("/lib64/libcuda.so.550.54.15");
        Assert.Equal(["/usr/lib64", Folder], Libraries("570.133.20").Directories);
    }

    // Relative folders stand below each of the driver's, absolute ones as they are.
    [Fact]
    [Requirement("DS-35")]
    public void The_drivers_libraries_are_looked_for_in_its_folders_and_in_additional_ones()
    {
        foreach (string path in (string[])["/libcuda.so.570.133.20", "/vdpau/libvdpau_nvidia.so.570.133.20", "/other/libno.so.570.133.20"])
            _host.Write(Folder + path);
        _host.Write("/usr/lib64/libstray.so.570.133.20");
        _host.Write("/opt/abs/libabs.so.570.133.20");
        File.Delete(_host.At("/usr/lib64/libstray.so.570.133.20"));
        Assert.Equal(
            [_host.At(Folder + "/libcuda.so.570.133.20"), _host.At(Folder + "/vdpau/libvdpau_nvidia.so.570.133.20"), _host.At("/opt/abs/libabs.so.570.133.20")],
            Libraries("570.133.20").Locate("*.so.570.133.20", "vdpau", "/opt/abs"));
        Assert.Empty(Libraries("570.133.20").Locate("libnone.so.*"));
    }

    private DriverLibraries Libraries(string? loaded = null)
    {
        var root = new DriverRoot(new FileTree(), _host.Root);
        return new DriverLibraries(root, new LibraryFolders(root, []), () => loaded);
    }
}
