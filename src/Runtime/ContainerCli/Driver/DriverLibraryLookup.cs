using GpuContainers.Elf;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Runtime.ContainerCli.Driver;

/// <summary>The driver's libraries, by the loader's cache and the list of names alone.</summary>
internal sealed class DriverLibraryLookup(DriverHost host, DebugLog log)
{
    private const long MaximumCache = 16 << 20;
    private const int FlagMask = 0xff00;

    // What libnvidia-tls of the current kind says in its note: Linux (0) of at least version 2.3.99, without the NUL bytes at both ends.
    private static ReadOnlySpan<byte> ThreadStorageAbi => [2, 0, 0, 0, 3, 0, 0, 0, 99];

    private readonly string?[] _wide = new string?[DriverNames.Libraries.Length];
    private readonly string?[] _narrow = new string?[DriverNames.Libraries.Length];

    /// <summary>Finds them.</summary>
    /// <param name="cache">The cache, as a path below the driver's root.</param>
    /// <returns>The paths below the driver's root, links followed, without it: of 64-bit libraries and of 32-bit ones.</returns>
    /// <exception cref="CliException">The cache cannot be read.</exception>
    internal (IReadOnlyList<string> Wide, IReadOnlyList<string> Narrow) Find(string cache)
    {
        foreach (LibraryCacheEntry entry in Read(cache).ReadEntries(IsInteresting))
        {
            if ((entry.Flags & FlagMask) == (LibraryFlags.Native64 & FlagMask))
                Take(_wide, entry);
            else if ((entry.Flags & FlagMask) == (LibraryFlags.Native32 & FlagMask))
                Take(_narrow, entry);
        }
        for (int i = 0; i < _wide.Length; i++)
        {
            if (_wide[i] is null)
                log.Info($"missing library {DriverNames.Libraries[i].Name}");
        }
        return (Known(_wide), Known(_narrow));
    }

    private LibraryCache Read(string cache)
    {
        string path = host.Resolve(cache) ?? throw CliException.From(
            CliError.Detection, "open failed", cache, Errno.ENOENT, "--ldcache names the cache below --root; run ldconfig there");
        if (!HostFile.TryReadAll(host.PathOf(path), MaximumCache, out byte[] bytes, out Errno error))
            throw CliException.From(CliError.Detection, "open failed", cache, error);
        try
        {
            return LibraryCache.Parse(bytes);
        }
        catch (ElfException)
        {
            throw new CliException(CliError.Detection, $"unsupported file format: {cache}", "run ldconfig below --root");
        }
    }

    // A host's cache has thousands of entries; all names of interest begin with one of these.
    private static bool IsInteresting(ReadOnlySpan<byte> name) =>
        name.StartsWith("libnv"u8) || name.StartsWith("libcuda"u8) || name.StartsWith("libvdpau_"u8) || name.StartsWith("libGL"u8)
        || name.StartsWith("libEGL"u8) || name.StartsWith("libdxcore"u8);

    // Of several copies the later one in the cache counts (CL-31).
    private void Take(string?[] found, LibraryCacheEntry entry)
    {
        int index = Array.FindIndex(DriverNames.Libraries, library => entry.Name.StartsWith(library.Name, StringComparison.Ordinal));
        if (index < 0)
            return;
        string? path = host.Resolve(entry.Path);
        if (path is null || path == found[index] || !IsOfDriver(entry.Name, path))
            return;
        // The folder in which WSL keeps the driver's libraries goes before others (CL-34).
        if (host.Wsl is not null && found[index]?.Contains("/wsl/lib/", StringComparison.Ordinal) == true)
            return;
        log.Info($"selecting {path}");
        found[index] = path;
    }

    // A file that is not a library of this driver is left out, whatever is wrong with it: it must not stop all containers (CL-32, CL-33).
    private bool IsOfDriver(string name, string path)
    {
        if (name.StartsWith("libnvidia-tls.so", StringComparison.Ordinal) && !HasCurrentAbi(path))
        {
            log.Warning($"skipping {path}: it has no ABI note of version 2.3.99");
            return false;
        }
        bool fits = host.Wsl is not null || path.EndsWith(host.Version, StringComparison.Ordinal);
        if (!fits)
            log.Info($"skipping {path}: not of driver version {host.Version}");
        return fits;
    }

    private bool HasCurrentAbi(string path)
    {
        if (!HostFile.TryOpenRead(host.PathOf(path), out Descriptor? file) || file is null)
            return false;
        using (file)
        {
            var elf = ElfFile.Read(file.ReadAt, file.Status().Size);
            byte[]? note = elf?.ReadNote(".note.ABI-tag"u8, "GNU"u8);
            return note is not null && note.AsSpan().SequenceEqual(ThreadStorageAbi);
        }
    }

    private static List<string> Known(string?[] found)
    {
        var known = new List<string>();
        foreach (string? path in found)
        {
            if (path is not null)
                known.Add(path);
        }
        return known;
    }
}
