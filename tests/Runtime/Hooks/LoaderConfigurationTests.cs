using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Roots;
using GpuContainers.Runtime.Hooks.LdCache;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>The configuration of the dynamic loader, read as its own builder reads it.</summary>
[Requirement("HK-73", "HK-74", "HK-75", "HK-76", "HK-77", "HK-93")]
public sealed class LoaderConfigurationTests : IDisposable
{
    private const string Main = "/etc/ld.so.conf";
    private readonly HookContainer _container = new();

    [Theory]
    [Requirement("HK-73", "HK-74")]
    [InlineData("/a\n/b\n", "/a", "/b")]
    [InlineData("/a", "/a")]
    [InlineData("", new string[0])]
    [InlineData("# /a\n  #b\n/c # d\n/e#f\n", "/c", "/e")]
    [InlineData("\t /a \t\r\n\v\f/b\f\n", "/a", "/b")]
    [InlineData("/a///\n/b/ \n/c /\n", "/a", "/b", "/c ")]
    [InlineData("/\n//\n/ \n", new string[0])]
    [InlineData("/a b/c\n", "/a b/c")]
    [InlineData("relative\n./x\n../y\n", new string[0])]
    [InlineData("hwcap 1 x\nHWCAP\t0 y\nhwcap\n/a\n", "/a")]
    [InlineData("hwcaps\n/hwcap x\n", "/hwcap x")]
    [InlineData("/a=libc6\n/b=libc5 \n/c =libc4\n/d=glibc2\n/e=frobnicate\n/f=libc6=x\n", "/a", "/b", "/c", "/d", "/e", "/f")]
    [InlineData("=libc6\n/=libc6\n", new string[0])]
    [InlineData("/a\n/a\n/b\n", "/a", "/a", "/b")]
    [InlineData("include\n/include x\nincludes /x\n", "/include x")]
    [InlineData("/a\0/b\n/c\n", "/a", "/c")]
    public void Lines(string text, params string[] directories) => Assert.Equal(directories, Read(text));

    [Fact]
    [Requirement("HK-73", "HK-74")]
    public void Includes_are_expanded_in_place_and_in_the_order_of_bytes()
    {
        _container.File("/etc/d/b.conf", "/b\n").File("/etc/d/a.conf", "/a1\ninclude ../e/*.x\n/a2\n").File("/etc/d/B.conf", "/B\n")
            .File("/etc/d/.c.conf", "/hidden\n")
            .File("/etc/d/x.other", "/no\n").File("/etc/e/1.x", "/one\n").File("/etc/f.conf", "/f\n");
        Assert.Equal(
            ["/first", "/B", "/a1", "/one", "/a2", "/b", "/f", "/last"], Read("/first\n include\t d/*.conf \t/etc/f.conf  missing/*.conf /nowhere\n/last\n"));
        Assert.Equal(["/hidden"], Read("include d/.*.conf\n"));
        Assert.Equal(["/one"], Read("include ../etc/./e//1.x\n"));
    }

    // The whole path is compared: "-" comes before "/".
    [Fact]
    [Requirement("HK-74")]
    public void Matches_in_several_folders_are_in_the_order_of_their_paths()
    {
        _container.File("/etc/a/x.conf", "/a\n").File("/etc/a-b/x.conf", "/a-b\n").File("/etc/a0/x.conf", "/a0\n");
        Assert.Equal(["/a-b", "/a", "/a0"], Read("include a*/x.conf\n"));
    }

    [Fact]
    [Requirement("HK-75")]
    public void A_file_is_read_once_however_it_is_reached()
    {
        _container.File("/etc/x.conf", "/x\ninclude x.conf x.conf\ninclude ../etc/*.conf\ninclude ld.so.conf\n").Link("/etc/y.conf", "x.conf");
        File.CreateSymbolicLink(_container.At("/etc/z.conf"), "loop.conf");
        File.CreateSymbolicLink(_container.At("/etc/loop.conf"), "z.conf");
        Assert.Equal(["/main", "/x"], Read("/main\ninclude /etc/*.conf\n"));
    }

    [Theory]
    [Requirement("HK-77")]
    [InlineData("missing")]
    [InlineData("dangling")]
    [InlineData("folder")]
    [InlineData("pipe")]
    [InlineData("includes nothing")]
    [InlineData("includes other names")]
    public void Drop_ins_of_the_hooks_are_read_even_if_nothing_includes_them(string kind)
    {
        _container.File("/etc/ld.so.conf.d/00-nvcr-7.conf", "/driver\n").File("/etc/ld.so.conf.d/00-compat-x.conf", "/compat\n")
            .File("/etc/ld.so.conf.d/zz-nvcr-7.conf", "/last\n")
            .File("/etc/ld.so.conf.d/own.conf", "/own\n");
        _ = kind switch
        {
            "missing" => _container,
            "dangling" => _container.Link(Main, "/nowhere"),
            "folder" => _container.Folder(Main),
            "pipe" => _container.Pipe(Main),
            "includes nothing" => _container.File(Main, "/main\n"),
            _ => _container.File(Main, "include ld.so.conf.d/own.conf\n"),
        };
        string[] reached = kind switch { "includes nothing" => ["/main"], "includes other names" => ["/own"], _ => [] };
        Assert.Equal(["/compat", "/driver", .. reached], WithDropIns());
    }

    [Fact]
    [Requirement("HK-77")]
    public void Drop_ins_that_are_included_keep_their_place()
    {
        _container.File("/etc/ld.so.conf.d/00-nvcr-7.conf", "/driver\n").File("/etc/ld.so.conf.d/00-compat-x.conf", "/compat\n")
            .File(Main, "/main\ninclude ld.so.conf.d/*.conf\n");
        Assert.Equal(["/main", "/compat", "/driver"], WithDropIns());
        File.WriteAllText(_container.At(Main), "/main\ninclude ld.so.conf.d/00-n*\n");
        Assert.Equal(["/compat", "/main", "/driver"], WithDropIns());
    }

    [Fact]
    [Requirement("HK-93")]
    public void Pipes_devices_and_folders_are_not_read()
    {
        _container.Pipe("/etc/d/pipe").Folder("/etc/d/folder").Link("/etc/d/link", "/dev/zero").File("/etc/d/x", "/x\n");
        HostNodes.CreateCharacterDevice(_container.At("/etc/d/device"), 1, 5, FileModes.SharedFile);
        Assert.Equal(["/x"], Read("include d/*\n"));
    }

    [Fact]
    [Requirement("HK-93")]
    public void A_file_of_more_than_1_MiB_is_skipped_with_a_warning()
    {
        _container.File("/etc/d/a", "/a\n" + new string('#', (1 << 20) - 3)).File("/etc/d/b", "/b\n" + new string('#', (1 << 20) - 2));
        Assert.Contains("skipping /etc/d/b", Warned(() => Assert.Equal(["/a"], Read("include d/*\n"))), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HK-93")]
    public void Of_more_than_1024_files_and_4096_folders_the_first_are_read()
    {
        for (int i = 0; i < 1030; i++)
            _container.File($"/etc/d/{i:d4}", $"/x{i}\n/y{i}\n/z{i}\n/w{i}\n");
        List<string> found = [];
        string warnings = Warned(() => found = Read("include d/*\n"));
        Assert.Equal(4092, found.Count);
        Assert.Equal("/w1022", found[^1]);
        Assert.Contains("more than 1024 files", warnings, StringComparison.Ordinal);
        warnings = Warned(() => found = Read(string.Concat(Enumerable.Range(0, 5000).Select(i => $"/x{i}\n"))));
        Assert.Equal(4096, found.Count);
        Assert.Contains("more than 4096 directories", warnings, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("HK-93")]
    public void Of_more_than_4096_matches_the_first_are_taken()
    {
        for (int i = 0; i < 4200; i++)
            File.CreateSymbolicLink(_container.Folder("/etc/d").At($"/etc/d/{i:d4}"), "/nowhere");
        _container.File("/etc/d/4300", "/late\n").File("/etc/d/0000x", "/early\n");
        List<string> found = [];
        string warnings = Warned(() => found = Read("include d/*\n"));
        Assert.Equal(["/early"], found);
        Assert.Contains("more than 4096 files", Warned(() => found = Read("include d/[0-3]* d/*\n")), StringComparison.Ordinal);
        Assert.Contains("more than 4096 files", warnings, StringComparison.Ordinal);
    }

    // What the hook adds between its two readings has names of its own, and it says so; a larger file is not kept.
    [Fact]
    public void Files_are_read_and_directories_listed_once_and_new_files_found_when_they_come()
    {
        string large = "/large\n" + new string('#', 64 << 10);
        _container.File(Main, "include /etc/ld.so.conf.d/*.conf\n").File("/etc/ld.so.conf.d/a.conf", "/first\n").File("/etc/ld.so.conf.d/b.conf", large);
        using ContainerRoot root = ContainerRoot.Open(_container.Root);
        var files = new LoaderFiles();
        Assert.Equal(["/first", "/large"], Texts(LoaderConfiguration.Read(root, new GpuContainers.Runtime.Hooks.WorkBudget(), files)));
        _container.File("/etc/ld.so.conf.d/a.conf", "/second\n").File("/etc/ld.so.conf.d/b.conf", "/small\n").File("/etc/ld.so.conf.d/c.conf", "/new\n");
        Assert.Equal(["/first", "/small"], ReadAgain());
        files.ForgetNames();
        Assert.Equal(["/first", "/small", "/new"], ReadAgain());

        List<string> ReadAgain()
        {
            List<string> found = Texts(LoaderConfiguration.ReadWithDropIns(root, new GpuContainers.Runtime.Hooks.WorkBudget(), files, out bool hasCompat));
            Assert.False(hasCompat);
            return found;
        }
    }

    public void Dispose() => _container.Dispose();

    private static string Warned(Action action) => LogCapture.Of(action, LogLevel.Warning);

    private List<string> Read(string main)
    {
        _container.File(Main, main);
        using ContainerRoot root = ContainerRoot.Open(_container.Root);
        return Texts(LoaderConfiguration.Read(root, new GpuContainers.Runtime.Hooks.WorkBudget(), new LoaderFiles()));
    }

    private List<string> WithDropIns()
    {
        using ContainerRoot root = ContainerRoot.Open(_container.Root);
        return Texts(LoaderConfiguration.ReadWithDropIns(root, new GpuContainers.Runtime.Hooks.WorkBudget(), new LoaderFiles(), out _));
    }

    private static List<string> Texts(List<byte[]> directories) => [.. directories.Select(Encoding.UTF8.GetString)];
}
