using GpuContainers.Host.Files;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;

namespace GpuContainers.Host.Tests.Files;

public sealed class FileTreeTests : IDisposable
{
    private readonly SimulatedTree _host = SimulatedTree.OfText("{}");
    private readonly FileTree _files = new();

    public void Dispose() => _host.Dispose();

    // Folders in their order, names by their bytes; stars see leading dots and stop at slashes.
    [Theory]
    [Requirement("DS-3", "DS-6")]
    [InlineData("/d/*.so", "/d/.hidden.so /d/A.so /d/a.so")]
    [InlineData("/d/?.so", "/d/A.so /d/a.so")]
    [InlineData("/d/[^A].so", "/d/a.so")]
    [InlineData("/d/[A-Z].so", "/d/A.so")]
    [InlineData("/d/\\*.txt", "/d/*.txt")]
    [InlineData("/*/a.so", "/c/a.so /d/a.so")]
    [InlineData("/d/**/a.so", "/d/sub/a.so")]
    [InlineData("/c/../d/a.so", "/d/a.so")]
    [InlineData("d/a.so", "/d/a.so")]
    [InlineData("/*", "/c /d")]
    public void A_pattern_names_paths_in_the_order_of_folders_and_names(string pattern, string expected)
    {
        foreach (string path in (string[])["/d/a.so", "/d/A.so", "/d/.hidden.so", "/d/*.txt", "/d/sub/a.so", "/d/sub/deep/a.so", "/c/a.so"])
            _host.Write(path);
        Assert.Equal(expected.Split(' ').Select(_host.At), _files.Glob(_host.Root, pattern));
    }

    [Fact]
    [Requirement("DS-4")]
    public void Without_pattern_characters_a_dangling_link_is_found_and_then_refused()
    {
        _host.Link("/d/dangling", "nowhere");
        Assert.Equal([_host.At("/d/dangling")], _files.Glob(_host.Root, "/d/dangling"));
        Assert.False(_files.IsFile(_host.At("/d/dangling")));
    }

    [Theory]
    [Requirement("DS-4")]
    [InlineData("/d/[a")]
    [InlineData("/d/[]a]*")]
    [InlineData("/d/*\\")]
    [InlineData("/missing/*")]
    [InlineData("/d/a/*")]
    public void A_malformed_pattern_and_a_folder_that_is_none_yield_nothing(string pattern)
    {
        _host.Write("/d/a");
        Assert.Empty(_files.Glob(_host.Root, pattern));
    }

    // A second thread must change nothing but when the kernel is asked.
    [Fact]
    public void What_was_looked_at_ahead_is_what_is_found_otherwise()
    {
        _host.Write("/long/libfirst.so.1.2.3");
        _host.Write("/long/libsecond.so.1.2.3");
        _host.Write("/long/libother.so.9");
        _host.Link("/long/liblink.so.1.2.3", "libfirst.so.1.2.3");
        _host.Write("/real/liblinked.so.1.2.3");
        _host.Link("/link", "real");
        string[] directories = [_host.At("/long"), _host.At("/link"), _host.At("/missing")];
        var ahead = new FileTree();
        ahead.LookAhead(directories, ".so.1.2.3");
        ahead.LookAhead([_host.At("/other")], ".so");
        foreach (string directory in directories)
        {
            Assert.Equal(_files.Matches(directory, new GlobPattern("*")), ahead.Matches(directory, new GlobPattern("*")));
            foreach (string name in _files.Matches(directory, new GlobPattern("*")))
            {
                LibrarySoname expected = _files.SonameOf(directory + "/" + name), found = ahead.SonameOf(directory + "/" + name);
                Assert.Equal((expected.Text, expected.Problem), (found.Text, found.Problem));
                Assert.Equal("not an ELF file", found.Problem);
            }
        }
    }

    [Fact]
    public void Files_are_read_ahead_when_they_are_listed_and_not_when_they_are_asked_for()
    {
        Assert.SkipWhen(Environment.ProcessorCount == 1, "a second thread is for a second processor");
        _host.Write("/long/libfirst.so.1.2.3");
        _host.Write("/long/libother.so.9");
        _files.LookAhead([_host.At("/long")], ".so.1.2.3");
        Assert.Equal(2, _files.List(_host.At("/long")).Count);
        // Whoever asks for one waits for all that were read.
        _ = _files.SonameOf(_host.At("/long/libother.so.9"));
        File.Delete(_host.At("/long/libfirst.so.1.2.3"));
        Assert.Equal("not an ELF file", _files.SonameOf(_host.At("/long/libfirst.so.1.2.3")).Problem);
    }

    [Fact]
    [Requirement("DS-5")]
    public void The_root_is_no_pattern()
    {
        _host.Write("/[ab]/x.so");
        _host.Write("/a/x.so");
        Assert.Equal([_host.At("/[ab]/x.so")], _files.Glob(_host.At("/[ab]"), "*.so"));
    }

    // The file filter of section 1.3.
    [Fact]
    public void Sockets_pipes_and_devices_are_files_folders_are_not()
    {
        _host.Node("/dev/nvidia0", 195, 0);
        _host.Write("/d/file");
        _host.Link("/d/to-folder", ".");
        _host.Link("/d/to-device", "../dev/nvidia0");
        using var socket = new System.Net.Sockets.Socket(
            System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(_host.At("/d/socket")));
        Assert.All(["/dev/nvidia0", "/d/file", "/d/to-device", "/d/socket"], path => Assert.True(_files.IsFile(_host.At(path)), path));
        Assert.All(["/d", "/d/to-folder", "/d/missing"], path => Assert.False(_files.IsFile(_host.At(path)), path));
        Assert.True(_files.IsDirectory(_host.At("/d/to-folder")));
        Assert.Equal(FileKind.Link, _files.KindOf(_host.At("/d/to-device")));
        Assert.Equal(FileKind.CharacterDevice, _files.FinalKindOf(_host.At("/d/to-device")));
    }

    [Fact]
    [Requirement("DS-9")]
    public void Links_are_followed_in_every_part_of_a_path()
    {
        _host.Write("/real/lib/libx.so.1.2");
        _host.Link("/real/lib/libx.so.1", "libx.so.1.2");
        _host.Link("/lib", "real/lib");
        Assert.Equal(_host.At("/real/lib/libx.so.1.2"), _files.Resolve(_host.At("/lib/libx.so.1")));
        Assert.Null(_files.Resolve(_host.At("/lib/libx.so.2")));
        // A path without a slash in front is below the root.
        Assert.Null(_files.Resolve("x-that-is-missing"));
        Assert.Equal("/proc/version", _files.Resolve("proc/version"));
        // The top, after a name in it was missing.
        Assert.Null(_files.KindOf("/x-that-is-missing"));
        Assert.Equal(FileKind.Directory, _files.KindOf("/"));
        // A root that is relative ends the search too.
        Assert.Null(_files.Resolve("x-that-is-missing/x", "x-that-is-missing"));
        Assert.Null(_files.Resolve("x/x", "x-that-is-missing"));
    }

    [Fact]
    public void A_root_keeps_absolute_links_inside()
    {
        _host.Write("/drv/usr/lib/libx.so.1.2");
        _host.Link("/drv/usr/lib/libx.so.1", "/usr/lib/libx.so.1.2");
        Assert.Null(_files.Resolve(_host.At("/drv/usr/lib/libx.so.1")));
        Assert.Equal(_host.At("/drv/usr/lib/libx.so.1.2"), _files.Resolve(_host.At("/drv/usr/lib/libx.so.1"), _host.At("/drv")));
    }

    [Fact]
    public void Links_in_a_circle_and_forty_links_in_a_row_lead_nowhere()
    {
        _host.Link("/a", "b");
        _host.Link("/b", "a");
        Assert.Null(_files.Resolve(_host.At("/a")));
        _host.Write("/c0");
        for (int i = 1; i <= 41; i++)
            _host.Link($"/c{i}", $"c{i - 1}");
        Assert.Equal(_host.At("/c0"), _files.Resolve(_host.At("/c40")));
        Assert.Null(_files.Resolve(_host.At("/c41")));
    }

    [Fact]
    [Requirement("DS-24")]
    public void A_folder_that_is_missing_or_behind_a_link_to_nothing_is_asked_for_once_in_a_run()
    {
        _host.Link("/to-nothing", "nothing");
        foreach (string folder in (string[])["/none", "/none/below", "/to-nothing", "/to-nothing/below"])
        {
            Assert.Equal(0, _files.List(_host.At(folder)).Count);
            Assert.True(_files.IsKnownMissing(_host.At(folder + "/a.so")));
        }
        _host.Write("/none/below/a.so");
        _host.Write("/nothing/below/a.so");
        Assert.Equal(0, _files.List(_host.At("/none/below")).Count);
        Assert.Equal(0, _files.List(_host.At("/to-nothing/below")).Count);
        Assert.Equal(1, new FileTree().List(_host.At("/to-nothing/below")).Count);
    }

    [Fact]
    [Requirement("DS-24")]
    public void A_folder_is_listed_once_in_a_run()
    {
        _host.Write("/d/a.so");
        Assert.Single(_files.Glob(_host.Root, "/d/*.so"));
        _host.Write("/d/b.so");
        Assert.Single(_files.Glob(_host.Root, "/d/*.so"));
        Assert.Equal(2, new FileTree().Glob(_host.Root, "/d/*.so").Count);
    }
}
