using GpuContainers.Linux.Files;

namespace GpuContainers.Linux.Tests.Files;

public sealed class HostFileTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public void A_file_is_read_whole(int size)
    {
        using var folder = new ScratchFolder();
        byte[] content = new byte[size];
        new Random(1).NextBytes(content);
        File.WriteAllBytes(folder["a"], content);
        Assert.Equal(content, HostFile.ReadAll(folder["a"], 100_000));
        Assert.Equal(content, HostFile.ReadAll(folder["a"], size));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(4095)]
    public void The_text_of_a_link_is_read_whole(int length)
    {
        using var folder = new ScratchFolder();
        string target = string.Concat(Enumerable.Repeat("a/", length))[..length];
        File.CreateSymbolicLink(folder["link"], target);
        Assert.Equal(target, HostFile.ReadLink(folder["link"]));
        Assert.Null(HostFile.ReadLink(folder["none"]));
    }

    [Fact]
    public void A_file_of_procfs_that_says_size_0_is_read_whole() =>
        Assert.Equal(File.ReadAllBytes("/proc/version"), HostFile.ReadAll("/proc/version", 4096));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99_999)]
    public void A_file_over_the_limit_is_an_error(int limit)
    {
        using var folder = new ScratchFolder();
        File.WriteAllBytes(folder["a"], new byte[100_000]);
        Assert.Equal(Errno.EFBIG, Assert.Throws<LinuxException>(() => HostFile.ReadAll(folder["a"], limit)).Errno);
    }

    [Fact]
    public void An_endless_file_ends_at_the_limit() =>
        Assert.False(HostFile.TryReadAll("/dev/zero", 10_000, out _, out _));

    [Theory]
    [InlineData("folder/file", false)]
    [InlineData("folder", false)]
    [InlineData("folder/link", true)]
    [InlineData("aside/file", true)]
    [InlineData("aside", true)]
    [InlineData("missing", true)]
    public void A_link_on_the_way_is_noticed(string path, bool expected)
    {
        using var folder = new ScratchFolder();
        Directory.CreateDirectory(folder["folder"]);
        File.WriteAllText(folder["folder/file"], "");
        File.CreateSymbolicLink(folder["folder/link"], "file");
        File.CreateSymbolicLink(folder["aside"], "folder");
        Assert.Equal(expected, HostPathResolution.HasLink(HostPathResolution.Resolve(folder["."]) + "/" + path));
    }

    [Fact]
    public void A_listing_follows_the_last_link_of_a_path_or_not()
    {
        using var folder = new ScratchFolder();
        Directory.CreateDirectory(folder["real/deep"]);
        Directory.CreateSymbolicLink(folder["link"], "real");
        Assert.True(DirectoryListing.TryRead(folder["link"], out DirectoryListing listing, out _));
        Assert.Equal("deep", listing.Text(0));
        Assert.True(DirectoryListing.TryRead(folder["link/deep"], out listing, out _, followLinks: false));
        Assert.Equal(0, listing.Count);
        Assert.False(DirectoryListing.TryRead(folder["link"], out listing, out Errno error, followLinks: false));
        Assert.Equal((0, Errno.ENOTDIR), (listing.Count, error));
    }

    [Fact]
    public void Each_of_a_thousand_names_of_a_listing_is_found()
    {
        using var folder = new ScratchFolder();
        string[] names = [.. Enumerable.Range(0, 1000).Select(static i => new string('x', i % 40) + i)];
        foreach (string name in names)
            File.WriteAllText(folder[name], "");
        Assert.True(DirectoryListing.TryRead(folder["."], out DirectoryListing listing, out _));
        Assert.Equal(names.Length, listing.Count);
        Assert.All(names, name => Assert.Equal(name, listing.Text(listing.IndexOf(name))));
        Assert.All(names, name => Assert.Equal(-1, listing.IndexOf(name + "y")));
    }

    // Whoever names a file may name a pipe that nobody writes to.
    [Fact]
    [Requirement("RT-267")]
    public void What_is_not_a_regular_file_is_neither_read_nor_waited_for()
    {
        using var folder = new ScratchFolder();
        MakePipe(folder["pipe"]);
        Assert.False(HostFile.TryReadAll(folder["pipe"], 10, out _, out Errno error));
        Assert.Equal(Errno.ENXIO, error);
        Assert.False(HostFile.TryReadAll("/dev/null", 10, out _, out error));
        Assert.Equal(Errno.ENXIO, error);
        Assert.False(HostFile.TryReadAll(folder.Path, 10, out _, out error));
        Assert.Equal(Errno.EISDIR, error);
        Assert.Equal(Errno.ENXIO, Assert.Throws<LinuxException>(() => HostFile.ReadAll(folder["pipe"], 10)).Errno);
        // Opened, but not waited for.
        HostFile.OpenRead(folder["pipe"]).Dispose();
        Assert.True(HostFile.TryReadAll("/proc/version", 4096, out byte[] version, out _));
        Assert.Equal(File.ReadAllBytes("/proc/version"), version);
    }

    [Fact]
    [Requirement("RT-267")]
    public void A_log_may_be_a_file_a_character_device_or_a_pipe_with_a_reader()
    {
        using var folder = new ScratchFolder();
        foreach (string path in new[] { folder["new"], "/dev/null" })
            HostFile.OpenLog(path, FileModes.PublicFile).Dispose();
        MakePipe(folder["pipe"]);
        Assert.Equal(Errno.ENXIO, Assert.Throws<LinuxException>(() => HostFile.OpenLog(folder["pipe"], FileModes.PublicFile)).Errno);
        using (var reader = new FileStream(folder["pipe"], FileMode.Open, FileAccess.ReadWrite))
            HostFile.OpenLog(folder["pipe"], FileModes.PublicFile).Dispose();
        using (var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, 0))
        {
            socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(folder["socket"]));
            Assert.Equal(Errno.ENXIO, Assert.Throws<LinuxException>(() => HostFile.OpenLog(folder["socket"], FileModes.PublicFile)).Errno);
        }
        Assert.Equal(Errno.EISDIR, Assert.Throws<LinuxException>(() => HostFile.OpenLog(folder.Path, FileModes.PublicFile)).Errno);
    }

    [Theory]
    [Requirement("SEC-29")]
    [InlineData("link", "link", "victim")]
    [InlineData("link", "link", "new")]
    [InlineData("folder", "folder/log", ".")]
    public void A_log_is_not_opened_behind_a_link_of_another_user(string link, string path, string target)
    {
        Assert.SkipUnless(Environment.UserName == "root" && UserNamespace.IsInitial, "owners are set here, which only root of the machine can do");
        using var folder = new ScratchFolder();
        folder.File("real/victim", "theirs");
        File.CreateSymbolicLink(folder[link], folder["real/" + target]);
        Command.Run("chown", "--no-dereference", "4711", folder[link]).Succeeded();
        Assert.Throws<ForeignLinkException>(() => HostFile.OpenLog(folder[path], FileModes.PublicFile));
        Assert.Equal(["victim"], HostDirectory.Names(folder["real"]));
        Command.Run("chown", "--no-dereference", "0", folder[link]).Succeeded();
        HostFile.OpenLog(folder[path], FileModes.PublicFile).Dispose();
        Assert.True(File.Exists(folder[path]));
    }

    private static void MakePipe(string path)
    {
        using var process = System.Diagnostics.Process.Start("mkfifo", [path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public void A_missing_file_is_named_in_the_error() =>
        Assert.Equal("open /nonexistent/a: no such file or directory", Assert.Throws<LinuxException>(() => HostFile.ReadAll("/nonexistent/a", 1)).Message);

    [Fact]
    public void A_path_with_NUL_is_an_error_not_a_shorter_path() =>
        Assert.Equal(Errno.EINVAL, Assert.Throws<LinuxException>(() => HostFile.ReadAll("/proc/version\0x", 4096)).Errno);

    [Fact]
    public void The_status_of_a_device_has_its_numbers()
    {
        Assert.True(HostFile.TryStatus("/dev/null", true, out FileStatus status));
        Assert.Equal((FileKind.CharacterDevice, 1u, 3u), (status.Kind, status.Major, status.Minor));
    }

    [Fact]
    public void Links_are_followed_or_not()
    {
        using var folder = new ScratchFolder();
        folder.File("a", "xyz");
        File.CreateSymbolicLink(folder["b"], "a");
        HostFile.TryStatus(folder["b"], true, out FileStatus followed);
        HostFile.TryStatus(folder["b"], false, out FileStatus link);
        Assert.Equal((FileKind.Regular, 3L, FileKind.Link), (followed.Kind, followed.Size, link.Kind));
        Assert.Equal(folder["a"], HostPathResolution.Resolve(folder["b"]));
    }

    [Fact]
    public void Names_come_in_the_order_of_their_bytes()
    {
        using var folder = new ScratchFolder();
        foreach (string name in (string[])["b", "a", "é", "\ue000", "\U00010000", "B"])
            folder.File(name, "");
        Assert.Equal(["B", "a", "b", "é", "\ue000", "\U00010000"], HostDirectory.Names(folder.Path));
    }

    [Fact]
    public void Many_names_are_all_listed()
    {
        using var folder = new ScratchFolder();
        for (int i = 0; i < 2000; i++)
            folder.File($"a-rather-long-file-name-{i:d6}", "");
        Assert.Equal(2000, HostDirectory.Names(folder.Path).Count);
    }

    [Fact]
    public void Folders_are_made_with_what_is_missing_above()
    {
        using var folder = new ScratchFolder();
        HostDirectory.Create(folder["a/b/c"], FileModes.PublicFolder);
        HostDirectory.Create(folder["a/b/c"], FileModes.PublicFolder);
        Assert.True(HostFile.IsDirectory(folder["a/b/c"]));
        folder.File("f", "");
        Assert.Throws<LinuxException>(() => HostDirectory.Create(folder["f/x"], FileModes.PublicFolder));
    }
}
