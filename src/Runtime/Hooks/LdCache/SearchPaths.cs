using System.Runtime.InteropServices;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>The directories that the container's own dynamic loader searches by itself (HK-68).</summary>
internal static class SearchPaths
{
    /// <summary>Whether this machine is a 64-bit ARM one; else it is x86-64.</summary>
    internal static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>
    /// Debian's folders of libraries for this architecture. A Debian host's ldconfig, which NVIDIA's toolkit runs, has them built in, whatever the container
    /// is: an image made of Debian's files that does not say so still finds its C library through the cache (HK-72).
    /// </summary>
    internal static byte[][] OfDebian => IsArm
        ? ["/lib/aarch64-linux-gnu"u8.ToArray(), "/usr/lib/aarch64-linux-gnu"u8.ToArray()]
        : ["/lib/x86_64-linux-gnu"u8.ToArray(), "/usr/lib/x86_64-linux-gnu"u8.ToArray()];

    /// <summary>The directories, by the container's distribution.</summary>
    internal static List<byte[]> Read(ContainerRoot root)
    {
        bool isDebian = root.IsFile(ContainerPath.From("/etc/debian_version"u8));
        string[] names = (isDebian, IsArm) switch
        {
            (true, false) => ["/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib", "/usr/lib"],
            (true, true) => ["/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib", "/usr/lib"],
            (false, false) => ["/lib", "/usr/lib", "/lib64", "/usr/lib64", "/libx32", "/usr/libx32"],
            (false, true) => ["/lib", "/usr/lib", "/lib64", "/usr/lib64"],
        };
        var paths = new List<byte[]>();
        foreach (string name in names)
            paths.Add(Encoding.UTF8.GetBytes(name));
        return paths;
    }
}

/// <summary>The path file of musl's loader, which knows no cache (HK-69).</summary>
internal static class MuslPaths
{
    private const long MaximumFile = 1 << 20;

    /// <summary>
    /// Adds what is missing to the path file, if the container is a musl one. What cannot be changed is left with a warning (HK-69, HK-94).
    /// </summary>
    internal static void Add(ContainerRoot root, ContainerDirectory etc, IEnumerable<byte[]> folders)
    {
        if (!IsMusl(root))
            return;
        byte[] name = Encoding.UTF8.GetBytes(SearchPaths.IsArm ? "ld-musl-aarch64.path" : "ld-musl-x86_64.path");
        try
        {
            Update(etc, name, folders);
        }
        catch (LinuxException error) when (error is not ForeignMountException)
        {
            Log.Warning($"/etc/{Encoding.UTF8.GetString(name)} in the container stays as it is, so its loader may not find the driver: {error.Message}");
        }
    }

    // Other distributions have musl too; where glibc's loader is as well, it is a guest (DS-141).
    private static bool IsMusl(ContainerRoot root) =>
        root.IsFile(ContainerPath.From("/etc/alpine-release"u8))
        || ((root.IsFile(ContainerPath.From("/lib/ld-musl-x86_64.so.1"u8)) || root.IsFile(ContainerPath.From("/lib/ld-musl-aarch64.so.1"u8)))
            && !root.IsFile(ContainerPath.From("/lib64/ld-linux-x86-64.so.2"u8)) && !root.IsFile(ContainerPath.From("/lib/ld-linux-aarch64.so.1"u8)));

    private static void Update(ContainerDirectory etc, byte[] name, IEnumerable<byte[]> folders)
    {
        if (!etc.TryStatus(name, out FileStatus status, out _))
        {
            // What musl searches without such a file; a file that lacks one of them would hide it.
            etc.CreateFile(name, WithMissing("/lib\n/usr/local/lib\n/usr/lib\n"u8.ToArray(), folders), FileModes.PublicFile);
            return;
        }
        byte[] present = [];
        Errno error = Errno.ENXIO;
        if (status.Kind == FileKind.Regular && etc.TryLookup(name, out Descriptor? entry, out error))
        {
            using (entry)
                _ = ContainerFile.TryRead(entry!, MaximumFile, out present, out error);
        }
        if (error != Errno.None)
            throw new LinuxException(error, "read", "/etc/" + Encoding.UTF8.GetString(name));
        byte[] content = WithMissing(present, folders);
        // Never set-id, never writable for others (SEC-14).
        if (!present.AsSpan().SequenceEqual(content))
            etc.ReplaceFile(name, content, status.Mode & FileModes.PublicFolder);
    }

    private static byte[] WithMissing(byte[] present, IEnumerable<byte[]> folders)
    {
        var known = new HashSet<byte[]>(ByteEquality.Instance);
        foreach (Range range in present.AsSpan().SplitAny("\n:"u8))
            known.Add(present[range]);
        var content = new List<byte>(present);
        foreach (byte[] folder in folders)
        {
            if (!known.Add(folder))
                continue;
            if (content.Count > 0 && content[^1] != '\n')
                content.Add((byte)'\n');
            content.AddRange(folder);
            content.Add((byte)'\n');
        }
        return [.. content];
    }
}
