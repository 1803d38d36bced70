namespace GpuContainers.Elf.Tests;

public sealed class LibraryCacheTests
{
    [Fact]
    public void The_cache_of_this_machine_is_understood_DS_18()
    {
        Assert.SkipUnless(File.Exists("/etc/ld.so.cache"), "this machine has no ld.so.cache");
        LibraryCache cache = LibraryCache.Parse(File.ReadAllBytes("/etc/ld.so.cache"));
        Assert.NotEmpty(cache.PathsNamed("libc.so.6"));
        Assert.Equal(cache.Paths.Count, cache.Paths.Distinct().Count());
    }

    [Theory]
    [InlineData("", ElfReason.InvalidCache)]
    [InlineData("glibc-ld.so.cac", ElfReason.InvalidCache)]
    [InlineData("glibc-ld.so.cache9.9 and more", ElfReason.InvalidCache)]
    [InlineData("glibc-ld.so.cache1.1", ElfReason.UnexpectedEnd)]
    [InlineData("ld.so-1.7.0\0\u007f\u007f\u007f\u007f    ", ElfReason.UnexpectedEnd)]
    public void What_is_no_cache_is_an_error_DS_19(string content, ElfReason reason) =>
        Assert.Equal(reason, Assert.Throws<ElfException>(() => LibraryCache.Parse(System.Text.Encoding.UTF8.GetBytes(content))).Reason);
}
