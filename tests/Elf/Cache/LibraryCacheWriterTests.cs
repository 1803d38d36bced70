using System.Buffers.Binary;
using System.Text;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Elf.Tests.Cache;

/// <summary>The file format of ld.so.cache, as it is written.</summary>
public sealed class LibraryCacheWriterTests
{
    private const string Generator = "a generator";

    // Recorded from the C library's own builder.
    [Fact]
    [Requirement("LC-4")]
    public void The_recorded_vector()
    {
        byte[] file = Write(Library("liba.so.1"), Library("libb.so.1"), Library("libc.so.1"));
        Assert.Equal("glibc-ld.so.cache1.1", Encoding.ASCII.GetString(file, 0, 20));
        Assert.Equal([3u, 0x39u, 2u, 0xb4u, 0u, 0u, 0u], new[] { 20, 24, 28, 32, 36, 40, 44 }.Select(at => Word(file, at)));
        uint[] entries = [0x303, 0x81, 0x78, 0, 0, 0, 0x303, 0x94, 0x8b, 0, 0, 0, 0x303, 0xa7, 0x9e, 0, 0, 0];
        Assert.Equal(entries, Enumerable.Range(0, 18).Select(i => Word(file, 48 + (4 * i))));
        Assert.Equal("/usr/lib/libc.so.1\0/usr/lib/libb.so.1\0/usr/lib/liba.so.1\0", Encoding.ASCII.GetString(file, 0x78, 0x39));
        Assert.Equal([0, 0, 0], file[0xb1..0xb4]);
        // The extension: one section, the generator.
        Assert.Equal([0xeaa42174u, 1u, 0u, 0u, 0xccu, (uint)Generator.Length], new[] { 0, 4, 8, 12, 16, 20 }.Select(at => Word(file, 0xb4 + at)));
        Assert.Equal(Generator, Encoding.UTF8.GetString(file, 0xcc, file.Length - 0xcc));
    }

    // Offsets count from the start of the file; little-endian.
    [Fact]
    [Requirement("LC-1", "LC-2", "LC-5")]
    public void An_empty_cache_has_a_header_and_a_generator()
    {
        byte[] file = Write();
        Assert.Equal([0u, 0u, 2u, 48u], new[] { 20, 24, 28, 32 }.Select(at => Word(file, at)));
        Assert.Equal(1u, Word(file, 52));
        Assert.Empty(LibraryCache.Parse(file).ReadEntries());
    }

    [Fact]
    [Requirement("LC-3")]
    public void Strings_are_shared_with_those_they_are_the_end_of()
    {
        byte[] file = Write(
            new CachedLibrary("so.1"u8.ToArray(), "/l/libx.so.1"u8.ToArray(), LibraryFlags.X64),
                new CachedLibrary("x.so.1"u8.ToArray(), "/libx.so.1"u8.ToArray(), LibraryFlags.X64));
        // Three are the ends of another one; compared from the last byte on, the greater byte and then the longer text comes first.
        Assert.Equal("/l/libx.so.1\0", Encoding.ASCII.GetString(file, 96, 13));
        Assert.Equal(13, (int)Word(file, 24));
        Assert.Equal([("x.so.1", "/libx.so.1"), ("so.1", "/l/libx.so.1")], LibraryCache.Parse(file).ReadEntries().Select(e => (e.Name, e.Path)));
    }

    [Fact]
    [Requirement("LC-5", "LC-6", "LC-9")]
    public void Hwcaps_entries_carry_their_index_and_level()
    {
        var writer = new LibraryCacheWriter(Generator, signedBytes: true);
        foreach (string name in (string[])["x86-64-v3", "x86-64-v2", "unused"])
            writer.AddHwcaps(Encoding.ASCII.GetBytes(name));
        writer.Add(Library("libx.so.1"));
        writer.Add(Library("libx.so.1", "/usr/lib/glibc-hwcaps/x86-64-v3", "x86-64-v3", 3));
        writer.Add(Library("libx.so.1", "/usr/lib/glibc-hwcaps/x86-64-v2", "x86-64-v2", 0));
        byte[] file = writer.ToBytes();
        Assert.Equal([0x40000000_00000000ul, 0x40000003_00000001ul, 0ul], Enumerable.Range(0, 3)
            .Select(i => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(48 + (24 * i) + 16))));
        int extension = (int)Word(file, 32);
        Assert.Equal(0, extension % 4);
        // Section table, array, generator; the array names the folders in use.
        uint[] table = [.. Enumerable.Range(0, 10).Select(i => Word(file, extension + (4 * i)))];
        Assert.Equal([0xeaa42174u, 2u, 0u, 0u, (uint)(extension + 48), (uint)Generator.Length, 1u, 0u, (uint)(extension + 40), 8u], table);
        Assert.Equal(["x86-64-v2", "x86-64-v3"], new[] { 40, 44 }.Select(at => StringAt(file, (int)Word(file, extension + at))));
        // The name of a folder without libraries stands among the strings all the same (LC-3).
        Assert.Contains("unused\0", Encoding.ASCII.GetString(file), StringComparison.Ordinal);
    }

    // A wrong place hides a library from the loader's binary search.
    [Fact]
    [Requirement("LC-9", "LC-8")]
    public void Entries_are_in_the_loaders_order()
    {
        byte[] file = Write(
            Library("libx.so.1", "/first"), Library("libx.so.1", "/i386", flags: LibraryFlags.I386), Library("libx.so.1", "/second"),
                Library("libx.so.1", "/x32", flags: LibraryFlags.X32),
            Library("libx.so.1", "/h/b", "b", 0), Library("libx.so.1", "/h/a", "a", 0), Library("libx.so.10", "/ten"), Library("libx.so.9", "/nine"));
        string[] paths = [.. Enumerable.Range(0, 8).Select(i => StringAt(file, (int)Word(file, 48 + (24 * i) + 8)))];
        Assert.Equal(["/ten", "/nine", "/x32", "/h/a", "/h/b", "/first", "/second", "/i386"], paths.Select(path => path[..path.LastIndexOf('/')]));
    }

    private static byte[] Write(params CachedLibrary[] libraries)
    {
        var writer = new LibraryCacheWriter(Generator, signedBytes: true);
        foreach (CachedLibrary library in libraries)
            writer.Add(library);
        Assert.Equal(libraries.Length, writer.Count);
        return writer.ToBytes();
    }

    private static CachedLibrary Library(string name, string folder = "/usr/lib", string? hwcaps = null, int level = 0, int flags = LibraryFlags.X64) =>
        new(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes($"{folder}/{name}"), flags, hwcaps is null ? null : Encoding.ASCII.GetBytes(hwcaps), level);

    private static uint Word(byte[] file, int at) => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at));

    private static string StringAt(byte[] file, int at) => Encoding.UTF8.GetString(file.AsSpan(at, file.AsSpan(at).IndexOf((byte)0)));
}
