using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Host.Driver;
using GpuContainers.Host.Files;
using GpuContainers.Host.Tests.Files;

namespace GpuContainers.Host.Tests.Driver;

public sealed class LoaderCacheTests : IDisposable
{
    private const string CacheFile = "/etc/ld.so.cache";
    private readonly SimulatedTree _host = SimulatedTree.OfText("{}");

    public void Dispose() => _host.Dispose();

    // In the cache's order, through every link, each library once.
    [Fact]
    [Requirement("DS-22", "DS-23")]
    public void A_library_is_found_by_any_name_on_its_way()
    {
        _host.Write("/opt/lib/libcuda.so.570.133.20");
        _host.Link("/opt/lib/libcuda.so.1", "libcuda.so.570.133.20");
        _host.Link("/opt/lib/libcuda.so", "libcuda.so.1");
        Caches.Write(_host, CacheFile, ("/opt/lib/libcuda.so.1", 0x303), ("/opt/lib/libcuda.so", 0x303), ("/opt/lib/libother.so.1", 0x303));
        Assert.All(["libcuda.so", "libcuda.so.1", "libcuda.so.*.*", "libcuda*"],
            pattern => Assert.Equal([_host.At("/opt/lib/libcuda.so.570.133.20")], Cache.Locate(pattern)));
        Assert.Empty(Cache.Locate("libcuda.so.2"));
    }

    // The third number is x32, the fourth ARM hard-float.
    [Theory]
    [Requirement("DS-20")]
    [InlineData(0x303, true)]
    [InlineData(0xa03, true)]
    [InlineData(0x503, true)]
    [InlineData(0x003, false)]
    [InlineData(0x803, false)]
    [InlineData(0x903, false)]
    [InlineData(0x403, false)]
    [InlineData(0x302, false)]
    public void Only_64_bit_libraries_count(int flags, bool found)
    {
        Caches.Write(_host, CacheFile, ("/opt/lib/libx.so.1", flags));
        Assert.Equal(found ? 1 : 0, Cache.Locate("libx.so.1").Count);
        Assert.Equal(found, Cache.PathOf("libx.so.1") is not null);
    }

    [Fact]
    [Requirement("DS-22")]
    public void A_library_whose_links_are_broken_is_left_out()
    {
        Caches.Write(_host, CacheFile, ("/opt/lib/libx.so.1", 0x303), ("/opt/lib/liby.so.1", 0x303));
        File.Delete(_host.At("/opt/lib/libx.so.1"));
        _host.Link("/opt/lib/libx.so.1", "libx.so.gone");
        Assert.Empty(Cache.Locate("libx.so*"));
        Assert.Single(Cache.Locate("liby.so*"));
    }

    // Asked for the libraries of a version: by their own names, through links beside them, and through links that lead to another folder.
    [Fact]
    [Requirement("DS-23", "DS-24")]
    public void All_libraries_of_a_version_are_found_among_others()
    {
        const string version = "570.133.20";
        _host.Write($"/opt/lib/libcuda.so.{version}");
        _host.Link("/opt/lib/libcuda.so.1", $"libcuda.so.{version}");
        _host.Write($"/opt/far/libaway.so.{version}");
        _host.Link("/opt/lib/libaway.so.1", $"../far/libaway.so.{version}");
        _host.Write("/opt/lib/libz.so.1.3.1");
        _host.Link("/opt/lib/libz.so.1", "libz.so.1.3.1");
        _host.Write($"/opt/lib/libplain.so.{version}");
        Caches.Write(_host, CacheFile, [.. ((string[])["libz.so.1", "libcuda.so.1", "libaway.so.1", $"libplain.so.{version}", "libnone.so.1"])
            .Select(static name => ("/opt/lib/" + name, 0x303))]);
        string[] expected = [.. ((string[])["far/libaway", "lib/libcuda", "lib/libplain"]).Select(name => _host.At($"/opt/{name}.so.{version}"))];
        Assert.Equal(expected, Cache.Locate("*.so." + version).Order(StringComparer.Ordinal));
        Assert.Equal(expected, Cache.Locate("lib*.so." + version).Order(StringComparer.Ordinal));
    }

    // A chain ends at its first repeat.
    [Fact]
    [Requirement("DS-12")]
    public void Links_in_a_circle_end_the_search()
    {
        _host.Link("/opt/lib/libx.so.1", "libx.so.2");
        _host.Link("/opt/lib/libx.so.2", "libx.so.1");
        var cache = new[] { ("/opt/lib/libx.so.3", 0x303) };
        Caches.Write(_host, CacheFile, cache);
        File.Delete(_host.At("/opt/lib/libx.so.3"));
        _host.Link("/opt/lib/libx.so.3", "libx.so.1");
        Assert.Empty(Cache.Locate("libx.so.*"));
    }

    [Fact]
    public void The_loaders_own_cache_is_read_with_its_32_bit_half()
    {
        using SimulatedTree host = SimulatedTree.Of("lib64");
        LoaderCache cache = LoaderCache.Find(new DriverRoot(new FileTree(), host.Root));
        Assert.Equal([host.At("/usr/lib64/libcuda.so.570.133.20")], cache.Locate("libcuda.so.*.*"));
    }

    // A host without a usable cache is one whose libraries are found by folder.
    [Theory]
    [Requirement("DS-16", "DS-19")]
    [InlineData("")]
    [InlineData("glibc-ld.so.cac")]
    [InlineData("glibc-ld.so.cache9.9 libx.so.1 and more text")]
    [InlineData("glibc-ld.so.cache1.1\0\0\0\u007flibx.so.1\0libx.so.1\0libx.so.1\0")]
    public void A_broken_cache_is_a_warning(string text)
    {
        _host.Write(CacheFile, text);
        string log = LogCapture.Of(() => Assert.Empty(Cache.Locate("libx.so.1")), LogLevel.Debug);
        // What does not hold the name at all needs no look.
        Assert.Equal(text.Contains("libx", StringComparison.Ordinal), log.Contains("ignoring " + _host.At(CacheFile), StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("DS-16")]
    public void A_missing_cache_knows_nothing()
    {
        Assert.Empty(Cache.Locate("libc.so.6"));
        Assert.Null(Cache.PathOf("libc.so.6"));
    }

    [Fact]
    public void A_huge_cache_is_refused_before_it_takes_memory()
    {
        Sparse.Write(_host.Write(CacheFile, "glibc-ld.so.cache1.1"), 1L << 30);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Empty(Cache.Locate("libcuda.so.1"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    [Requirement("DS-17")]
    public void The_legacy_table_before_the_new_one_is_passed_over()
    {
        Caches.Write(_host, CacheFile, ("/opt/lib/libx.so.1", 0x303));
        byte[] table = File.ReadAllBytes(_host.At(CacheFile));
        byte[] old = [.. "ld.so-1.7.0\0"u8, 1, 0, 0, 0, .. new byte[12], .. new byte[4]];
        File.WriteAllBytes(_host.At(CacheFile), [.. old, .. table]);
        Assert.Equal([_host.At("/opt/lib/libx.so.1")], Cache.Locate("libx.so.1"));
        File.WriteAllBytes(_host.At(CacheFile), [.. old, .. Encoding.ASCII.GetBytes("libx.so.1\0")]);
        Assert.Empty(Cache.Locate("libx.so.1"));
    }

    private LoaderCache Cache => LoaderCache.Find(new DriverRoot(new FileTree(), _host.Root));
}
