namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>Which file names can be those of libraries (HK-80).</summary>
internal static class LibraryName
{
    private const int PrelinkSuffix = 10;

    /// <summary>Whether the file is to be examined.</summary>
    internal static bool IsCandidate(ReadOnlySpan<byte> name)
    {
        bool library = (name.StartsWith("lib"u8) || name.StartsWith("ld-"u8)) && name.IndexOf(".so"u8) >= 0;
        bool loader = name.StartsWith("ld.so."u8) || name.StartsWith("ld64.so."u8);
        return (library || loader) && !IsTemporary(name);
    }

    // Files that package managers and the prelinker are about to rename.
    private static bool IsTemporary(ReadOnlySpan<byte> name) =>
        name.Contains((byte)';') || name.EndsWith(".dpkg-new"u8) || name.EndsWith(".dpkg-tmp"u8) || name.EndsWith(".#prelink#"u8)
        || (name.Length > PrelinkSuffix + 7 && name[^7] == '.' && name[..^7].EndsWith(".#prelink#"u8));
}
