using System.Text;
using GpuContainers.Elf.Cache;
using GpuContainers.Fuzz.Tests.Runner;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>
/// Caches of made-up libraries: the reader gets back what the writer was given, in the order in which the dynamic loader searches (LC-8 to LC-11). A library is
/// a line of four fields, split by a blank: name, path, a byte for flags and ISA level, and perhaps the name of a glibc-hwcaps directory.
/// </summary>
public sealed class LibraryCacheWriterTarget : IFuzzTarget
{
    private static readonly int[] s_flags = [LibraryFlags.X64, LibraryFlags.I386, LibraryFlags.X32, LibraryFlags.Arm64];

    /// <inheritdoc/>
    public string Name => "ld-so-cache-writer";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        foreach (bool signedBytes in (ReadOnlySpan<bool>)[true, false])
            Check(Libraries(input), signedBytes);
    }

    private static void Check(List<CachedLibrary> libraries, bool signedBytes)
    {
        var writer = new LibraryCacheWriter("fuzz", signedBytes);
        foreach (CachedLibrary library in libraries)
            writer.Add(library);
        byte[] file = writer.ToBytes();
        Assert.Equal(file, writer.ToBytes());
        IReadOnlyList<LibraryCacheEntry> entries = LibraryCache.Parse(file).ReadEntries();
        Assert.Equal(
            libraries.Select(static l => $"{Encoding.UTF8.GetString(l.Name)} {Encoding.UTF8.GetString(l.Path)} {l.Flags}").Order(StringComparer.Ordinal),
            entries.Select(static e => $"{e.Name} {e.Path} {e.Flags}").Order(StringComparer.Ordinal));
        var order = new LoaderOrder(signedBytes);
        for (int i = 1; i < entries.Count; i++)
        {
            int names = order.Compare(Encoding.UTF8.GetBytes(entries[i].Name), Encoding.UTF8.GetBytes(entries[i - 1].Name));
            Assert.True(names < 0 || (names == 0 && entries[i].Flags <= entries[i - 1].Flags), $"{entries[i - 1]} before {entries[i]}");
        }
        foreach (LibraryCacheEntry entry in entries)
            Assert.True(IsFound(entries, entry.Name, order), entry.Name);
    }

    // The loader's own search: binary, by the name alone.
    private static bool IsFound(IReadOnlyList<LibraryCacheEntry> entries, string name, LoaderOrder order)
    {
        int low = 0, high = entries.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int difference = order.Compare(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(entries[middle].Name));
            if (difference == 0)
                return true;
            (low, high) = difference < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return false;
    }

    // Names in UTF-8 without digits beyond nine in a row: the loader's own numbers wrap there, and its order with them (LC-11).
    private static List<CachedLibrary> Libraries(ReadOnlySpan<byte> input)
    {
        var libraries = new List<CachedLibrary>();
        foreach (string line in Encoding.UTF8.GetString(input).Split('\n'))
        {
            string[] fields = line.Split(' ');
            if (fields.Length < 3 || fields[0].Length == 0 || fields[1].Length == 0 || fields[2].Length == 0 || line.Contains('\0') || HasLongNumber(fields[0]))
                continue;
            byte[]? hwcaps = fields.Length > 3 && fields[3].Length > 0 ? Encoding.UTF8.GetBytes(fields[3]) : null;
            libraries.Add(new CachedLibrary(Encoding.UTF8.GetBytes(fields[0]), Encoding.UTF8.GetBytes(fields[1]), s_flags[fields[2][0] % 4], hwcaps,
                hwcaps is null ? 0 : fields[2][0] % 5));
        }
        return libraries;
    }

    private static bool HasLongNumber(string name)
    {
        int digits = 0;
        foreach (char c in name)
        {
            digits = char.IsAsciiDigit(c) ? digits + 1 : 0;
            if (digits > 9)
                return true;
        }
        return false;
    }
}
