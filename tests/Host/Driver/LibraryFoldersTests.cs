using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;

namespace GpuContainers.Host.Tests.Driver;

public sealed class LibraryFoldersTests : IDisposable
{
    private const string Debian = "/usr/lib/x86_64-linux-gnu";
    private readonly SimulatedTree _host = SimulatedTree.OfText("{}");

    public void Dispose() => _host.Dispose();

    // All folders of the list count, in its order.
    [Fact]
    [Requirement("DS-14")]
    public void The_standard_folders_are_searched_in_their_order()
    {
        string[] folders =
        [
            "", "/usr/lib64", Debian, "/usr/lib/aarch64-linux-gnu", Debian + "/nvidia/current", "/usr/lib/aarch64-linux-gnu/nvidia/current",
            "/lib64", "/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu", "/lib/x86_64-linux-gnu/nvidia/current", "/lib/aarch64-linux-gnu/nvidia/current",
        ];
        foreach (string folder in folders.Reverse().Append("/opt/lib"))
            _host.Write(folder + "/libx.so.1.2");
        Assert.Equal(folders.Select(folder => _host.At(folder + "/libx.so.1.2")), Locate("libx.so.*.*"));
    }

    // Links resolved, each library once, folders left out.
    [Fact]
    [Requirement("DS-9")]
    public void Links_are_followed_and_each_library_comes_once()
    {
        _host.Write(Debian + "/libx.so.1.2");
        _host.Link(Debian + "/libx.so.1", "libx.so.1.2");
        _host.Link("/usr/lib64/libx.so.1", _host.At(Debian + "/libx.so.1"));
        _host.Link(Debian + "/libx.so.0", "gone");
        Directory.CreateDirectory(_host.At(Debian + "/libx.so.9"));
        Assert.Equal([_host.At(Debian + "/libx.so.1.2")], Locate("libx.so.*"));
    }

    [Fact]
    [Requirement("DS-34")]
    public void Lib_and_usr_lib_are_one_folder_where_they_are_merged()
    {
        _host.Write("/usr/lib64/libx.so.1.2");
        _host.Link("/lib64", "usr/lib64");
        _host.Link("/lib", "usr/lib");
        Assert.Equal([_host.At("/usr/lib64/libx.so.1.2")], Locate("libx.so.*.*"));
    }

    [Fact]
    [Requirement("DS-13")]
    public void Explicit_folders_are_those_of_the_host_and_leave_no_way_back_to_the_cache()
    {
        Cached("/opt/lib/libx.so.1.2");
        _host.Write(Debian + "/libx.so.1.3");
        _host.Write("/store/lib/libx.so.1.4");
        Assert.Equal([_host.At("/store/lib/libx.so.1.4")], Locate("libx.so.*.*", $"{_host.At("/none")}:{_host.At("/store/lib")}"));
        Assert.Empty(Locate("liby.so.*", _host.At("/store/lib")));
        Assert.Empty(Locate("libx.so.*.*", "/store/lib"));
    }

    [Fact]
    [Requirement("DS-14", "DS-15")]
    public void The_cache_counts_only_where_no_folder_has_a_match()
    {
        Cached("/opt/lib/libx.so.1.2");
        Assert.Equal([_host.At("/opt/lib/libx.so.1.2")], Locate("libx.so.*.*"));
        _host.Write("/usr/lib64/libx.so.9.9");
        Assert.Equal([_host.At("/usr/lib64/libx.so.9.9")], Locate("libx.so.*.*"));
    }

    private IReadOnlyList<string> Locate(string pattern, params string[] searchPaths) =>
        new LibraryFolders(new DriverRoot(new FileTree(), _host.Root), searchPaths).Locate(pattern);

    private void Cached(string library) => Caches.Write(_host, "/etc/ld.so.cache", (library, 0x303));
}
