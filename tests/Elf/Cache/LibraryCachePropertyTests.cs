using System.Buffers.Binary;
using System.Text;
using CsCheck;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Elf.Tests.Cache;

/// <summary>Caches written and read again.</summary>
public sealed class LibraryCachePropertyTests
{
    private static readonly LoaderOrder s_order = new(signedBytes: true);

    private static readonly int[] s_flags = [LibraryFlags.X64, LibraryFlags.X32, LibraryFlags.I386];
    private static readonly byte[]?[] s_hwcaps = [null, null, "x86-64-v2"u8.ToArray(), "x86-64-v3"u8.ToArray(), "z"u8.ToArray()];

    private static readonly Gen<CachedLibrary> s_library = Gen.Select(
        Gen.Char["abx.-10"].Array[1, 6], Gen.Char["abx/.-1"].Array[0, 6], Gen.Int[0, 2], Gen.Int[0, 4], Gen.Int[0, 3],
        (name, path, flags, hwcaps, level) => new CachedLibrary(
            Bytes(name), [(byte)'/', .. Bytes(path)], s_flags[flags], s_hwcaps[hwcaps], s_hwcaps[hwcaps] is null ? 0 : level));

    [Fact]
    public void What_is_written_is_read_again_and_nothing_else()
    {
        s_library.List[0, 40].Sample(libraries =>
        {
            LibraryCache cache = LibraryCache.Parse(Write(libraries));
            string[] written = [
                .. libraries.Select(l => $"{Text(l.Name)} {Text(l.Path)} {l.Flags:x} {l.Hwcaps is not null} {l.IsaLevel}").Order(StringComparer.Ordinal)];
            string[] read = [
                .. cache.ReadEntries().Select(e => $"{e.Name} {e.Path} {e.Flags:x} {e.Hwcap != 0} {(e.Hwcap >> 32) & 0x3ff}").Order(StringComparer.Ordinal)];
            return written.SequenceEqual(read);
        });
    }

    // What a reader must check holds of everything that is written.
    [Fact]
    [Requirement("LC-9", "LC-17")]
    public void Entries_are_sorted_and_all_offsets_lead_to_strings()
    {
        s_library.List[0, 40].Sample(libraries =>
        {
            byte[] file = Write(libraries);
            int count = libraries.Count, strings = 48 + (24 * count), end = strings + Word(file, 24);
            Assert.Equal(count, Word(file, 20));
            Assert.Equal((end + 3) & ~3, Word(file, 32));
            byte[]? before = null;
            int flagsBefore = int.MaxValue;
            for (int at = 48; at < strings; at += 24)
            {
                Assert.InRange(Word(file, at + 4), strings, end - 1);
                Assert.InRange(Word(file, at + 8), strings, end - 1);
                byte[] name = StringAt(file, Word(file, at + 4));
                int order = before is null ? 1 : s_order.Compare(before, name);
                Assert.True(order > 0 || (order == 0 && flagsBefore >= Word(file, at)));
                (before, flagsBefore) = (name, Word(file, at));
            }
        });
    }

    // The loader's own search (LC-8): the binary search that the order exists for finds every name.
    [Fact]
    [Requirement("LC-8")]
    public void A_binary_search_finds_every_name()
    {
        s_library.List[1, 60].Sample(libraries =>
        {
            byte[] file = Write(libraries);
            return libraries.All(library => Finds(file, library.Name));
        });
    }

    private static bool Finds(byte[] file, byte[] name)
    {
        int left = 0, right = Word(file, 20) - 1;
        while (left <= right)
        {
            int middle = (left + right) / 2;
            int order = s_order.Compare(name, StringAt(file, Word(file, 48 + (24 * middle) + 4)));
            if (order == 0)
                return true;
            if (order < 0)
                left = middle + 1;
            else
                right = middle - 1;
        }
        return false;
    }

    private static byte[] Write(List<CachedLibrary> libraries)
    {
        var writer = new LibraryCacheWriter("x", signedBytes: true);
        libraries.ForEach(writer.Add);
        return writer.ToBytes();
    }

    private static byte[] Bytes(char[] text) => Encoding.ASCII.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.ASCII.GetString(bytes);

    private static int Word(byte[] file, int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));

    private static byte[] StringAt(byte[] file, int at) => file[at..(at + file.AsSpan(at).IndexOf((byte)0))];
}
