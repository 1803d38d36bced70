using System.Text;
using GpuContainers.Elf;
using GpuContainers.Elf.Cache;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Simulator.Elf;

namespace GpuContainers.Simulator.Namespaces;

/// <summary>Puts libraries of another machine into a loader's cache, beside those of this one.</summary>
internal static class KnownLibraries
{
    private const long Limit = 64 << 20;

    /// <summary>Writes the cache again; what was in it under the same names gives way.</summary>
    internal static void Write(string path, IReadOnlyList<CachedLibrary> libraries)
    {
        // Characters are signed on x86 and unsigned on ARM, and the loader sorts by them.
        var cache = new LibraryCacheWriter("gpu-host-simulator", signedBytes: !TargetMachine.IsArm);
        var names = libraries.Select(static library => Encoding.UTF8.GetString(library.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (CachedLibrary library in libraries)
            cache.Add(library);
        foreach (LibraryCacheEntry own in Own(path))
        {
            // Entries for better processors stand beside an ordinary one of the same name.
            if (own.Hwcap == 0 && !names.Contains(own.Name))
                cache.Add(new CachedLibrary(Encoding.UTF8.GetBytes(own.Name), Encoding.UTF8.GetBytes(own.Path), own.Flags));
        }
        HostDirectory.Create(LexicalPath.Parent(path), FileModes.PublicFolder);
        _ = HostFile.Delete(path);
        File.WriteAllBytes(path, cache.ToBytes());
    }

    private static IReadOnlyList<LibraryCacheEntry> Own(string path)
    {
        if (!HostFile.TryReadAll(path, Limit, out byte[] bytes, out _))
            return [];
        try
        {
            return LibraryCache.Parse(bytes).ReadEntries();
        }
        catch (ElfException)
        {
            // A machine without a cache that can be read has none to keep.
            return [];
        }
    }
}
