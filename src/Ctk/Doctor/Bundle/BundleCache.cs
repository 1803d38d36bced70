using GpuContainers.Elf;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Ctk.Doctor.Bundle;

/// <summary>What the loader's cache of a root knows of the driver's libraries.</summary>
internal static class BundleCache
{
    private const long Limit = 64 << 20;

    // How the names of the driver's libraries begin.
    private static readonly string[] s_beginnings =
    [
        "libcuda", "libnv", "libnvidia", "libGLX_nvidia", "libEGL_nvidia", "libGLESv1_CM_nvidia", "libGLESv2_nvidia", "libvdpau_nvidia", "libdxcore",
        "libcudadebugger", "libnvcuvid", "libnvoptix", "libd3d12",
    ];

    /// <summary>Whether a file may be a driver's library, or part of a driver store, by its name.</summary>
    public static bool IsDrivers(string name) => Array.Exists(s_beginnings, known => name.StartsWith(known, StringComparison.Ordinal))
        || name is "nvidia-smi" or "nvcubins.bin";

    /// <summary>The entries of the driver's libraries in the cache's order; none without a cache that can be read.</summary>
    public static IReadOnlyList<LibraryCacheEntry> Read(Machine machine, string root)
    {
        string path = machine.At(LexicalPath.Join(root, "/etc/ld.so.cache"));
        if (!HostFile.TryReadAll(path, Limit, out byte[] bytes, out _))
            return [];
        try
        {
            return LibraryCache.Parse(bytes).ReadEntries(static name => IsDrivers(Encoding.UTF8.GetString(name)));
        }
        catch (ElfException)
        {
            // A cache that no reader takes decides nothing.
            return [];
        }
    }
}
