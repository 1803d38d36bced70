using GpuContainers.Elf.Cache;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>What a container's cache says.</summary>
internal static class CacheEntries
{
    /// <summary>All entries, in their order.</summary>
    public static IReadOnlyList<LibraryCacheEntry> Of(HookContainer container) =>
        LibraryCache.Parse(File.ReadAllBytes(container.At("/etc/ld.so.cache"))).ReadEntries();

    /// <summary>"name => path", in the cache's order.</summary>
    public static string[] Lines(HookContainer container) => [.. Of(container).Select(entry => $"{entry.Name} => {entry.Path}")];

    /// <summary>The paths that the loader finds under a name, in its order.</summary>
    public static string[] PathsOf(HookContainer container, string name) => [.. Of(container).Where(entry => entry.Name == name).Select(entry => entry.Path)];
}
