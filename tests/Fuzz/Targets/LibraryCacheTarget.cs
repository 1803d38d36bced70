using System.Text;
using GpuContainers.Elf;
using GpuContainers.Elf.Cache;
using GpuContainers.Fuzz.Tests.Runner;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>ld.so.cache: whatever is read can be written, and comes back (DS-16 to DS-21, LC-1 to LC-20).</summary>
public sealed class LibraryCacheTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "ld-so-cache";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        LibraryCache cache;
        try
        {
            cache = LibraryCache.Parse(input.ToArray());
        }
        catch (ElfException)
        {
            return;
        }
        var writer = new LibraryCacheWriter("fuzz", signedBytes: true);
        var expected = new List<string>();
        foreach (LibraryCacheEntry entry in cache.ReadEntries())
        {
            byte[] name = Encoding.UTF8.GetBytes(entry.Name), path = Encoding.UTF8.GetBytes(entry.Path);
            if (path.Length > LibraryCacheWriter.MaximumPath)
                continue;
            writer.Add(new CachedLibrary(name, path, entry.Flags));
            expected.Add($"{entry.Name} {entry.Path} {entry.Flags}");
        }
        LibraryCache again = LibraryCache.Parse(writer.ToBytes());
        // Bytes that are no UTF-8 were replaced in both; the order of the file is the writer's own.
        Assert.Equal(expected.Distinct().Order(StringComparer.Ordinal), again.ReadEntries().Select(static e => $"{e.Name} {e.Path} {e.Flags}").Distinct()
            .Order(StringComparer.Ordinal));
    }
}
