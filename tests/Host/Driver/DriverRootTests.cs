using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;

namespace GpuContainers.Host.Tests.Driver;

public sealed class DriverRootTests : IDisposable
{
    private readonly SimulatedTree _host = SimulatedTree.OfText("{}");

    public void Dispose() => _host.Dispose();

    [Theory]
    [Requirement("DS-25", "DS-26", "DS-27")]
    [InlineData("", "", "/", "/")]
    [InlineData("/", "/dev-root", "/", "/dev-root")]
    [InlineData("/run//nvidia/./driver/", "", "/run/nvidia/driver", "/run/nvidia/driver")]
    [InlineData("/run/../drv", "/x/", "/drv", "/x")]
    public void Roots_are_absolute_and_clean(string root, string devRoot, string path, string devPath)
    {
        var driver = new DriverRoot(new FileTree(), root, devRoot);
        Assert.Equal((path, devPath), (driver.Path, driver.DevPath));
    }

    [Fact]
    [Requirement("DS-27")]
    public void A_relative_root_starts_at_the_working_directory() =>
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "drv"), new DriverRoot(new FileTree(), "drv").Path);

    // Whole components, never a part of a name.
    [Theory]
    [Requirement("DS-36", "DS-47")]
    [InlineData("/drv", "/drv/usr/lib", "/usr/lib")]
    [InlineData("/drv", "/drv", "/drv")]
    [InlineData("/drv", "/drive/usr", "/drive/usr")]
    [InlineData("/drv", "/usr/lib", "/usr/lib")]
    [InlineData("/", "/usr/lib", "/usr/lib")]
    public void A_path_is_told_from_inside_the_root(string root, string path, string expected) =>
        Assert.Equal(expected, new DriverRoot(new FileTree(), root).Relative(path));

    [Fact]
    [Requirement("DS-27")]
    public void A_root_behind_a_link_is_known_by_both_names()
    {
        _host.Write("/real/usr/lib/libx.so.1.2");
        _host.Link("/real/usr/lib/libx.so.1", "libx.so.1.2");
        _host.Link("/drv", "real");
        var root = new DriverRoot(new FileTree(), _host.At("/drv"));
        Assert.Equal("/usr/lib", root.Relative(_host.At("/real/usr/lib")));
        Assert.Equal(_host.At("/drv/usr/lib/libx.so.1.2"), root.Resolve(root.Join("/usr/lib/libx.so.1")));
    }

    [Fact]
    [Requirement("DS-9")]
    public void An_absolute_link_inside_the_root_stays_there_when_the_host_has_no_such_file()
    {
        _host.Write("/drv/opt/only-here/libx.so.1.2");
        _host.Link("/drv/usr/lib/libx.so.1", "/opt/only-here/libx.so.1.2");
        var root = new DriverRoot(new FileTree(), _host.At("/drv"));
        Assert.Equal(_host.At("/drv/opt/only-here/libx.so.1.2"), root.Resolve(root.Join("/usr/lib/libx.so.1")));
    }

    [Fact]
    [Requirement("DS-9")]
    public void A_link_out_of_the_root_is_followed_on_the_host_when_the_root_has_no_such_file()
    {
        string outside = _host.Write("/outside/libx.so.1.2");
        _host.Link("/drv/usr/lib/libx.so.1", outside);
        var root = new DriverRoot(new FileTree(), _host.At("/drv"));
        Assert.Equal(outside, root.Resolve(root.Join("/usr/lib/libx.so.1")));
    }
}
