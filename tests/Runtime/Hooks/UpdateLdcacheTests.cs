using GpuContainers.Runtime.Hooks.LdCache;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The hook update-ldcache: its flags, and the files it writes besides the cache.</summary>
public sealed class UpdateLdcacheTests : IDisposable
{
    private const string DropIns = "/etc/ld.so.conf.d/";
    private readonly HookContainer _container = new();

    // The flag is of no use any more, and must not be one that fails.
    [Theory]
    [Requirement("HK-61")]
    [InlineData("/nowhere/ldconfig")]
    [InlineData("@/sbin/ldconfig")]
    [InlineData("/sbin/ldconfig.real")]
    public void The_path_of_ldconfig_is_accepted_and_ignored(string path)
    {
        Assert.Equal("", _container.Succeed("update-ldcache", "--ldconfig-path", path).Errors);
        Assert.True(File.Exists(_container.At("/etc/ld.so.cache")));
    }

    [Fact]
    [Requirement("HK-61")]
    public void An_empty_path_of_ldconfig_is_an_error()
    {
        _container.Fail("update-ldcache", "--ldconfig-path", "");
        Assert.Empty(Directory.GetFileSystemEntries(_container.Root));
    }

    [Theory]
    [Requirement("HK-70")]
    [InlineData("relative")]
    [InlineData("-x")]
    [InlineData("/a\n/b")]
    [InlineData("/a:/b")]
    [InlineData("/a#b")]
    public void A_folder_that_could_write_configuration_is_an_error(string folder)
    {
        _container.Fail("update-ldcache", "--folder", "/good", "--folder", folder);
        Assert.Empty(Directory.GetFileSystemEntries(_container.Root));
    }

    [Fact]
    [Requirement("HK-70")]
    public void An_empty_folder_is_dropped_with_a_warning_and_slashes_at_the_end_are_cut()
    {
        HookResult result = _container.Run("update-ldcache", "--folder", "/one//", "--folder", "", "--folder", "/two/,/one");
        Assert.Equal(0, result.Status);
        Assert.Contains("level=warning", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Equal("/one\n/two\n", _container.Read(DropIns + _container.DropIns()[0]));
    }

    // Nothing has to be there; HK-63, HK-66: what is left behind.
    [Theory]
    [Requirement("HK-63", "HK-66", "HK-68", "HK-72", "HK-60")]
    [InlineData(false, "/lib\n/usr/lib\n/lib64\n/usr/lib64\n/libx32\n/usr/libx32\n", "/lib\n/usr/lib\n/lib64\n/usr/lib64\n")]
    [InlineData(
        true, "/lib/x86_64-linux-gnu\n/usr/lib/x86_64-linux-gnu\n/lib\n/usr/lib\n", "/lib/aarch64-linux-gnu\n/usr/lib/aarch64-linux-gnu\n/lib\n/usr/lib\n")]
    public void An_empty_root_gets_a_configuration_and_a_cache(bool isDebian, string x86, string arm)
    {
        if (isDebian)
            _container.File("/etc/debian_version", "12.9\n");
        Assert.Equal("", _container.Succeed("update-ldcache", "--folder", "/opt/driver").Errors);
        Assert.Equal("include /etc/ld.so.conf.d/*.conf\n", _container.Read("/etc/ld.so.conf"));
        string[] names = _container.DropIns();
        Assert.Equal(2, names.Length);
        Assert.Matches("^00-nvcr-[0-9]+[.]conf$", names[0]);
        Assert.Matches("^zz-nvcr-[0-9]+[.]conf$", names[1]);
        Assert.Equal("/opt/driver\n", _container.Read(DropIns + names[0]));
        Assert.Equal(SearchPaths.IsArm ? arm : x86, _container.Read(DropIns + names[1]));
        Assert.Empty(CacheEntries.Of(_container));
        // Readable for everybody, writable for the owner alone (HK-67, LC-18).
        string[] files = ["/etc/ld.so.conf", DropIns + names[0], DropIns + names[1], "/etc/ld.so.cache"];
        Assert.All(files, path => Assert.Equal(Convert.ToInt32("644", 8), (int)File.GetUnixFileMode(_container.At(path))));
        Assert.Equal(Convert.ToInt32("755", 8), (int)File.GetUnixFileMode(_container.At("/etc/ld.so.conf.d")));
        // Nothing else, no folder in /run, no cache of the cache (HK-60, HK-71).
        Assert.Equal(["/etc"], Directory.GetFileSystemEntries(_container.Root).Select(path => path[_container.Root.Length..]));
        Assert.Equal(isDebian ? 4 : 3, Directory.GetFileSystemEntries(_container.At("/etc")).Length);
    }

    // A folder of that name is not Debian's file, a link to a file is.
    [Theory]
    [Requirement("HK-68")]
    [InlineData("folder", false)]
    [InlineData("dangling", false)]
    [InlineData("link", true)]
    [InlineData("pipe", true)]
    public void Debian_is_known_by_a_name_that_is_no_folder(string kind, bool isDebian)
    {
        const string path = "/etc/debian_version";
        _ = kind switch
        {
            "folder" => _container.Folder(path),
            "dangling" => _container.Link(path, "/missing"),
            "link" => _container.File("/x").Link(path, "/x"),
            _ => _container.Pipe(path),
        };
        _container.Succeed("update-ldcache");
        Assert.Equal(isDebian, _container.Read(DropIns + _container.DropIns()[0]).Contains("-linux-gnu", StringComparison.Ordinal));
    }

    [Theory]
    [Requirement("HK-63")]
    [InlineData("file")]
    [InlineData("dangling")]
    [InlineData("folder")]
    [InlineData("pipe")]
    public void Whatever_has_the_name_of_the_configuration_stays(string kind)
    {
        const string path = "/etc/ld.so.conf";
        _ = kind switch
        {
            "file" => _container.File(path, "/own\n"),
            "dangling" => _container.Link(path, "/missing"),
            "folder" => _container.Folder(path),
            _ => _container.Pipe(path),
        };
        string before = Entry(path);
        _container.Succeed("update-ldcache");
        Assert.Equal(before, Entry(path));
        Assert.False(Path.Exists(_container.At("/missing")));
    }

    [Fact]
    [Requirement("HK-64", "HK-65")]
    public void Folders_that_are_searched_anyway_get_no_line()
    {
        _container.File("/etc/ld.so.conf", "/own # comment\ninclude x/*.list\n/with/slash//\n").File("/etc/x/a.list", "/included=libc6\n");
        _container.Succeed("update-ldcache", "--folder", "/own,/included,/with/slash/,/usr/lib,/b,/a,/b,/own/sub");
        Assert.Equal("/b\n/a\n/own/sub\n", _container.Read(DropIns + _container.DropIns()[0]));
    }

    [Fact]
    [Requirement("HK-65", "HK-66")]
    public void Without_folders_that_are_left_only_the_last_drop_in_is_written()
    {
        _container.Succeed("update-ldcache", "--folder", "/usr/lib");
        Assert.StartsWith("zz-nvcr-", Assert.Single(_container.DropIns()), StringComparison.Ordinal);
    }

    // NVIDIA's toolkit adds a file at each restart.
    [Theory]
    [Requirement("HK-66", "LC-20")]
    [InlineData("include /etc/ld.so.conf.d/*.conf\n")]
    [InlineData("# nothing is included\n")]
    [InlineData(null)]
    public void A_second_and_a_third_run_change_nothing(string? configuration)
    {
        if (configuration is not null)
            _container.File("/etc/ld.so.conf", configuration);
        _container.File("/opt/driver/libx.so.1.2", ElfBuilder.Library("libx.so.1")).File("/usr/lib/liby.so.1", ElfBuilder.Library("liby.so.1"));
        string[] arguments = ["update-ldcache", "--folder", "/opt/driver"];
        _container.Succeed(arguments);
        string after = _container.Aged().Listing();
        for (int i = 0; i < 2; i++)
        {
            _container.Succeed(arguments);
            Assert.Equal(after, _container.Listing());
        }
        Assert.Equal(["liby.so.1 => /usr/lib/liby.so.1", "libx.so.1 => /opt/driver/libx.so.1"], CacheEntries.Lines(_container));
    }

    // Without its drop-in the driver would be lost at the image's next ldconfig.
    [Theory]
    [Requirement("HK-67", "HK-94")]
    [InlineData("/etc/ld.so.conf.d")]
    [InlineData("/etc")]
    public void A_drop_in_that_cannot_be_written_is_an_error(string path)
    {
        _container.File(path);
        _container.Fail("update-ldcache", "--folder", "/opt/driver");
    }

    // The link itself goes, what it led to stays; fixed temporary names mean nothing.
    [Theory]
    [Requirement("LC-18", "LC-19")]
    [InlineData("/etc/other")]
    [InlineData("/missing")]
    public void A_cache_that_is_a_link_is_replaced(string target)
    {
        _container.File("/etc/other", "text").Link("/etc/ld.so.cache", target).Pipe("/etc/ld.so.cache~");
        _container.Succeed("update-ldcache");
        Assert.Null(_container.Target("/etc/ld.so.cache"));
        Assert.Empty(CacheEntries.Of(_container));
        Assert.Equal("text", _container.Read("/etc/other"));
        Assert.False(Path.Exists(_container.At("/missing")));
        Assert.DoesNotContain(".nvct-", _container.Listing(), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("LC-18", "HK-94")]
    public void A_folder_in_the_place_of_the_cache_is_an_error()
    {
        _container.Folder("/etc/ld.so.cache");
        Assert.Contains("/etc/ld.so.cache", _container.Fail("update-ldcache").Errors, StringComparison.Ordinal);
        Assert.DoesNotContain(".nvct-", _container.Listing(), StringComparison.Ordinal);
    }

    // As a container engine may mount one.
    [Fact]
    [Requirement("LC-18", "HK-147")]
    public void A_mount_in_the_place_of_the_cache_is_left_with_a_warning()
    {
        _container.File("/etc/ld.so.cache", "old").File("/x", "mounted");
        HookResult result = InMountNamespace.Run(_container, "mount --bind $ROOT/x $ROOT/etc/ld.so.cache", "update-ldcache");
        Assert.Equal(0, result.Status);
        Assert.Contains("leaving /etc/ld.so.cache", Assert.Single(result.Lines), StringComparison.Ordinal);
        Assert.Equal(("old", "mounted"), (_container.Read("/etc/ld.so.cache"), _container.Read("/x")));
    }

    // NVIDIA's toolkit fails at all of these.
    [Theory]
    [Requirement("HK-60")]
    [InlineData("/run")]
    [InlineData("/proc")]
    [InlineData("/run/nvidia-ctk-hook")]
    public void Links_and_files_where_nothing_is_needed_do_no_harm(string path)
    {
        _container.Link(path, "/nowhere");
        _container.Succeed("update-ldcache");
        File.Delete(_container.At(path));
        _container.File(path);
        _container.Succeed("update-ldcache");
    }

    // Nothing is mounted and no namespace is made, so that it works where neither is allowed.
    [Fact]
    [Requirement("HK-43", "HK-61")]
    public void No_call_makes_a_mount_a_namespace_or_a_process()
    {
        string strace = Checkout.MachineProgram("strace");
        HookResult result = InMountNamespace.RunThen(
            _container,
            $"exec 3>$ROOT/../trace; set -- {strace} -f -o /dev/fd/3 -e " +
            "trace=execve,unshare,mount,clone,clone3,fork,vfork,open_tree,fsopen,setns,pivot_root,chroot \"$@\"", "cat $ROOT/../trace",
            "update-ldcache", "--folder", "/opt/driver");
        Assert.SkipWhen(result.Errors.Contains("ptrace", StringComparison.Ordinal), "tracing is not possible here: " + result.Errors);
        Assert.Equal(0, result.Status);
        Assert.Equal(1, Count(result.Output, "execve("));
        foreach (string call in (string[])["unshare(", "mount(", "fork(", "open_tree(", "fsopen(", "setns(", "pivot_root(", "chroot("])
            Assert.Equal(0, Count(result.Output, call));
        // What is cloned are threads (HK-132).
        Assert.All(
            result.Output.Split('\n').Where(line => line.Contains("clone", StringComparison.Ordinal) && line.Contains("flags=", StringComparison.Ordinal)),
            line => Assert.Contains("CLONE_THREAD", line, StringComparison.Ordinal));
    }

    public void Dispose() => _container.Dispose();

    private static int Count(string text, string part) => text.Split(part).Length - 1;

    private string Entry(string path) => _container.Listing().Split('\n').Single(line => line.StartsWith(path + " ", StringComparison.Ordinal));
}
