using GpuContainers.Elf.Cache;

namespace GpuContainers.Elf.Tests.Cache;

public sealed class LibraryCacheTests
{
    [Fact]
    [Requirement("DS-18")]
    public void The_cache_of_this_machine_is_understood()
    {
        Assert.SkipUnless(File.Exists("/etc/ld.so.cache"), "this machine has no ld.so.cache");
        LibraryCache cache = LibraryCache.Parse(File.ReadAllBytes("/etc/ld.so.cache"));
        Assert.NotEmpty(cache.PathsOf("libc.so.6"u8));
        IReadOnlyList<string> paths = cache.PathsBeginning("lib"u8);
        Assert.Contains(paths, static p => p.EndsWith("/libc.so.6", StringComparison.Ordinal));
        Assert.Equal(paths.Count, paths.Distinct().Count());
    }

    // An entry that cannot be used is passed over, those around it stay.
    [Theory]
    [Requirement("DS-20", "DS-21")]
    [InlineData(0, 0x302)]
    [InlineData(0, 0x403)]
    [InlineData(4, -1)]
    [InlineData(8, -1)]
    [InlineData(4, 1 << 20)]
    [InlineData(8, int.MinValue)]
    [InlineData(4, 45)] // an empty string: unused bytes of the header
    [InlineData(8, 45)]
    public void Broken_entries_are_passed_over(int field, int value)
    {
        byte[] file = Written("libc.so.1", "libb.so.1", "liba.so.1");
        BitConverter.TryWriteBytes(file.AsSpan(48 + 24 + field), value);
        Assert.Equal(["libc.so.1", "liba.so.1"], LibraryCache.Parse(file).ReadEntries().Select(static entry => entry.Name));
    }

    [Fact]
    [Requirement("DS-21")]
    public void A_string_without_an_end_is_none()
    {
        byte[] file = Written("liba.so.1");
        BitConverter.TryWriteBytes(file.AsSpan(48 + 8), file.Length - 1);
        Assert.NotEqual(0, file[^1]);
        Assert.Empty(LibraryCache.Parse(file).ReadEntries());
    }

    // The claimed number is checked against the file before memory is taken for it.
    [Theory]
    [Requirement("DS-19", "DS-24")]
    [InlineData(2)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    public void A_table_that_is_longer_than_the_file_is_an_error(int count)
    {
        byte[] file = Written("liba.so.1");
        BitConverter.TryWriteBytes(file.AsSpan(20), count);
        long before = GC.GetAllocatedBytesForCurrentThread();
        ElfException error = Assert.Throws<ElfException>(() => LibraryCache.Parse(file.AsMemory(0, 72)));
        Assert.Equal("unexpected EOF", error.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    [Requirement("DS-20", "DS-22")]
    public void Paths_come_in_the_caches_order_and_are_found_by_name_and_by_the_beginning_of_their_last_part()
    {
        var writer = new LibraryCacheWriter("test", signedBytes: true);
        foreach ((string name, string path, int flags) in ((string, string, int)[])[
            ("libb.so", "/x/libb.so.1", 0x303), ("libb.so.1", "/x/libb.so.1", 0x303), ("liba.so.1", "/y/libb.so.1", 0x303), ("libb.so.1", "/z/libb.so.1", 0x3)])
            writer.Add(new CachedLibrary(System.Text.Encoding.UTF8.GetBytes(name), System.Text.Encoding.UTF8.GetBytes(path), flags));
        LibraryCache cache = LibraryCache.Parse(writer.ToBytes());
        Assert.Equal(4, cache.ReadEntries().Count);
        Assert.Equal(["/x/libb.so.1", "/y/libb.so.1"], cache.PathsBeginning("libb.so"u8));
        Assert.Equal(["/x/libb.so.1"], cache.PathsOf("libb.so.1"u8));
        Assert.Equal(["/y/libb.so.1"], cache.PathsOf("liba.so.1"u8));
        Assert.Empty(cache.PathsBeginning("liba"u8));
        Assert.Empty(cache.PathsBeginning("x"u8));
        Assert.Equal(["/x/libb.so.1"], cache.PathsOf("libb.so"u8));
        Assert.Empty(cache.PathsOf("libb"u8));
    }

    // The table of old loaders first, padded to an even number of entries; strings count from the new header.
    [Theory]
    [Requirement("LC-16")]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_new_part_of_a_file_for_old_loaders_too_is_read(int count)
    {
        var writer = new LibraryCacheWriter("x", signedBytes: true);
        for (int i = 0; i < count; i++)
            writer.Add(new CachedLibrary([(byte)'a', (byte)('0' + i)], [(byte)'/', (byte)('0' + i)], LibraryFlags.X64));
        int padded = (count + 1) & ~1;
        byte[] old = [.. "ld.so-1.7.0\0"u8, .. BitConverter.GetBytes(padded), .. new byte[12 * padded]];
        byte[] aligned = [.. old, .. new byte[(8 - (old.Length % 8)) % 8]];
        LibraryCache cache = LibraryCache.Parse((byte[])[.. aligned, .. writer.ToBytes()]);
        Assert.Equal(count, cache.ReadEntries().Count);
        Assert.Equal("/0", cache.ReadEntries()[^1].Path);
    }

    [Theory]
    [Requirement("DS-19")]
    [InlineData("", "invalid ld.so.cache file")]
    [InlineData("glibc-ld.so.cac", "invalid ld.so.cache file")]
    [InlineData("glibc-ld.so.cache9.9 and more", "invalid ld.so.cache file")]
    [InlineData("glibc-ld.so.cache1.1", "unexpected EOF")]
    [InlineData("ld.so-1.7.0\0\u007f\u007f\u007f\u007f    ", "unexpected EOF")]
    public void What_is_no_cache_is_an_error(string content, string message) =>
        Assert.Equal(message, Assert.Throws<ElfException>(() => LibraryCache.Parse(System.Text.Encoding.UTF8.GetBytes(content))).Message);

    // 64-bit libraries of these names in folders of their own; the cache has them in falling order.
    private static byte[] Written(params string[] names)
    {
        var writer = new LibraryCacheWriter("test", signedBytes: true);
        foreach (string name in names)
            writer.Add(new CachedLibrary(System.Text.Encoding.UTF8.GetBytes(name), System.Text.Encoding.UTF8.GetBytes($"/{name}/{name}"), LibraryFlags.X64));
        return writer.ToBytes();
    }
}
