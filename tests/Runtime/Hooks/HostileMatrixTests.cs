namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The hostile images of docs/requirements, each with the three hooks that run in every container.</summary>
public sealed class HostileMatrixTests
{
    private const string Link = "/usr/lib/x";
    private static readonly string[] s_symlinks = ["create-symlinks", "--link", "target::" + Link];
    private static readonly string[] s_compat = ["enable-cuda-compat", "--host-driver-version=570.10"];
    private static readonly string[] s_cache = ["update-ldcache", "--folder", "/opt/driver"];

    [Fact]
    public void Etc_leads_to_a_folder_of_the_host()
    {
        static void Image(HookContainer c) => LinkEtc(c);
        Linked(Image);
        Fails(Image, s_compat);
        Fails(Image, s_cache);
    }

    [Fact]
    public void Etc_leads_to_a_path_that_is_in_the_root_too()
    {
        static void Image(HookContainer c) => LinkEtc(c).Folder(c.Outside);
        Linked(Image);
        Compat(Image, c => c.Outside);
        Cached(Image, etc: c => c.Outside);
    }

    [Fact]
    public void There_is_no_etc()
    {
        static void Image(HookContainer c) => Directory.Delete(c.At("/etc"));
        Linked(Image);
        Compat(Image);
        Cached(Image);
    }

    [Fact]
    public void The_folder_of_drop_ins_is_a_file()
    {
        static void Image(HookContainer c) => c.File("/etc/ld.so.conf.d");
        Linked(Image);
        Fails(Image, s_compat);
        Fails(Image, s_cache);
    }

    [Theory]
    [InlineData("dangling")]
    [InlineData("folder")]
    [InlineData("without include")]
    public void The_configuration_leads_nowhere(string kind)
    {
        void Image(HookContainer c) => _ = kind switch
        {
            "dangling" => c.Link("/etc/ld.so.conf", "/nowhere"),
            "folder" => c.Folder("/etc/ld.so.conf"),
            _ => c.File("/etc/ld.so.conf", "/own\n"),
        };
        Linked(Image);
        Compat(Image);
        Cached(Image);
    }

    [Fact]
    public void The_configuration_is_a_pipe()
    {
        static void Image(HookContainer c) => c.Pipe("/etc/ld.so.conf");
        Linked(Image);
        Compat(Image);
        Cached(Image);
    }

    [Fact]
    public void The_cache_is_a_link()
    {
        static void Image(HookContainer c)
        {
            File.WriteAllText(c.Outside + "/cache", "the host's");
            c.Link("/etc/ld.so.cache", c.Outside + "/cache");
        }
        Linked(Image);
        Compat(Image);
        Cached(Image, check: c =>
        {
            Assert.Null(c.Target("/etc/ld.so.cache"));
            Assert.Equal("the host's", File.ReadAllText(c.Outside + "/cache"));
        });
    }

    [Fact]
    public void The_cache_is_a_folder()
    {
        static void Image(HookContainer c) => c.Folder("/etc/ld.so.cache");
        Linked(Image);
        Compat(Image);
        Fails(Image, s_cache);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_name_of_ldconfigs_temporary_file_is_a_pipe_or_a_link(bool isPipe)
    {
        void Image(HookContainer c) => _ = isPipe ? c.Pipe("/etc/ld.so.cache~") : c.Link("/etc/ld.so.cache~", c.Outside + "/new");
        Linked(Image);
        Compat(Image);
        Cached(Image);
    }

    [Theory]
    [InlineData("/run")]
    [InlineData("/proc")]
    public void Run_or_proc_is_an_absolute_link(string path)
    {
        void Image(HookContainer c) => c.Link(path, c.Outside);
        Linked(Image);
        Compat(Image);
        Cached(Image);
    }

    [Fact]
    public void The_library_folder_is_a_dangling_link()
    {
        static void Image(HookContainer c)
        {
            Directory.Delete(c.At("/usr/lib"));
            c.Link("/usr/lib", "nowhere");
        }
        Fails(Image, s_symlinks);
        Compat(Image);
        Cached(Image);
    }

    [Fact]
    public void A_folder_has_the_links_name()
    {
        static void Image(HookContainer c) => c.Folder(Link);
        Fails(Image, s_symlinks);
        Compat(Image);
        Cached(Image);
    }

    [Fact]
    public void A_pipe_has_the_links_name()
    {
        static void Image(HookContainer c) => c.Pipe(Link);
        Linked(Image);
        Compat(Image);
        Cached(Image);
    }

    // The host holds the same link at that path: NVIDIA's toolkit looks there, and makes none in the container.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Usr_leads_to_a_path_of_the_host_that_has_the_link(bool isInRootToo)
    {
        void Image(HookContainer c)
        {
            Directory.CreateDirectory(c.Outside + "/lib");
            File.CreateSymbolicLink(c.Outside + "/lib/x", "target");
            Directory.Delete(c.At("/usr"), recursive: true);
            c.Link("/usr", c.Outside);
            if (isInRootToo)
                c.Folder(c.Outside);
        }
        if (isInRootToo)
            Linked(Image, c => c.Outside + "/lib/x");
        else
            Fails(Image, s_symlinks);
        On(Image, s_compat, (c, r) => Assert.Equal(0, r.Status));
        Cached(Image);
    }

    [Fact]
    [Requirement("HK-41")]
    public void The_root_is_mounted_read_only()
    {
        const string mount = "mount --bind $ROOT $ROOT && mount -o remount,bind,ro $ROOT";
        // The mount itself stays read-only.
        const string check = "touch $ROOT/new 2>&1; grep -c \" $ROOT \" /proc/self/mountinfo";
        foreach (string[] hook in (string[][])[s_symlinks, s_compat, s_cache])
        {
            using HookContainer container = Image(_ => { });
            HookResult result = InMountNamespace.RunThen(container, mount, check, hook);
            Assert.True(result.Status == 0, result.Errors);
            Assert.Contains("Read-only", result.Output, StringComparison.Ordinal);
            Assert.EndsWith("\n1\n", result.Output, StringComparison.Ordinal);
            if (hook == s_symlinks)
                Assert.Equal("target", container.Target(Link));
            else if (hook == s_compat)
                AssertCompat(container, "/etc");
            else
                AssertCached(container, "/etc");
        }
    }

    // What makes a mount below the root read-only stays.
    [Fact]
    [Requirement("HK-41", "HK-147")]
    public void A_read_only_volume_in_a_read_only_root_stays_read_only()
    {
        using HookContainer container = Image(c => c.Folder("/volume"));
        HookResult result = InMountNamespace.Run(
            container, "mount --bind $ROOT $ROOT && mount -t tmpfs tmpfs $ROOT/volume && mount -o remount,ro $ROOT/volume && mount -o remount,bind,ro $ROOT",
                "create-symlinks", "--link", "a::/volume/x");
        Assert.Equal(0, result.Status);
        Assert.Contains("leaving /volume/x", Assert.Single(result.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void The_root_in_the_state_is_reached_through_a_link()
    {
        foreach (string[] hook in (string[][])[s_symlinks, s_compat, s_cache])
        {
            using HookContainer container = Image(_ => { });
            string link = container.Outside + "/root";
            File.CreateSymbolicLink(link, container.Root);
            HookResult result = container.RunWith($$"""{"bundle":"{{container.Bundle}}","root":"{{link}}"}""", hook);
            Assert.True(result.Status == 0, result.Errors);
        }
    }

    [Fact]
    public void There_are_two_compatibility_libraries()
    {
        static void Image(HookContainer c) => c.File("/usr/local/cuda/compat/libcuda.so.600.2");
        Linked(Image);
        On(Image, s_compat, (c, r) =>
        {
            Assert.Equal(0, r.Status);
            Assert.Contains("level=warning", Assert.Single(r.Lines), StringComparison.Ordinal);
            Assert.Empty(c.DropIns());
        });
        Cached(Image);
    }

    [Fact]
    public void The_compatibility_library_is_no_ELF_file()
    {
        static void Image(HookContainer c) => c.File("/usr/local/cuda/compat/libcuda.so.600.1", "no ELF file");
        Linked(Image);
        Compat(Image);
        Cached(Image);
    }

    private static HookContainer Image(Action<HookContainer> change)
    {
        HookContainer container = new HookContainer().Folder("/etc").Folder("/usr/lib")
            .File("/usr/local/cuda/compat/libcuda.so.600.1", ElfBuilder.Library("libcuda.so.1"))
            .File("/opt/driver/libdriver.so.1", ElfBuilder.Library("libdriver.so.1"));
        change(container);
        return container;
    }

    private static HookContainer LinkEtc(HookContainer container)
    {
        Directory.Delete(container.At("/etc"));
        return container.Link("/etc", container.Outside);
    }

    // No hook may touch the host, whatever becomes of it.
    private static void On(Action<HookContainer> change, string[] hook, Action<HookContainer, HookResult> check)
    {
        using HookContainer container = Image(change);
        string outside = TreeListing.Of(container.Outside);
        HookResult result = container.Run(hook);
        Assert.Equal(outside, TreeListing.Of(container.Outside));
        Assert.DoesNotContain(".nvct-", container.Listing(), StringComparison.Ordinal);
        check(container, result);
    }

    private static void Fails(Action<HookContainer> change, string[] hook) => On(change, hook, (_, result) =>
    {
        Assert.True(result.Status == 1, result.Errors);
        Assert.Single(result.Lines);
    });

    private static void Succeeds(Action<HookContainer> change, string[] hook, Action<HookContainer> check) => On(change, hook, (container, result) =>
    {
        Assert.True(result.Status == 0, result.Errors);
        check(container);
    });

    private static void Linked(Action<HookContainer> change, Func<HookContainer, string>? path = null) =>
        Succeeds(change, s_symlinks, c => Assert.Equal("target", c.Target(path?.Invoke(c) ?? Link)));

    private static void Compat(Action<HookContainer> change, Func<HookContainer, string>? etc = null) =>
        Succeeds(change, s_compat, c => AssertCompat(c, etc?.Invoke(c) ?? "/etc"));

    private static void Cached(Action<HookContainer> change, Func<HookContainer, string>? etc = null, Action<HookContainer>? check = null) =>
        Succeeds(change, s_cache, c =>
    {
        AssertCached(c, etc?.Invoke(c) ?? "/etc");
        check?.Invoke(c);
    });

    private static void AssertCompat(HookContainer container, string etc) =>
        Assert.Equal("/usr/local/cuda/compat\n",
            container.Read(Assert.Single(Directory.GetFiles(container.At(etc + "/ld.so.conf.d"), "00-compat-*.conf"))[container.Root.Length..]));

    private static void AssertCached(HookContainer container, string etc) =>
        Assert.Contains("/opt/driver/libdriver.so.1", GpuContainers.Elf.Cache.LibraryCache.Parse(File.ReadAllBytes(container.At(etc + "/ld.so.cache")))
            .ReadEntries().Select(static e => e.Path));
}
