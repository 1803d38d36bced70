using System.Text;
using GpuContainers.Elf;
using GpuContainers.Linux;

namespace GpuContainers.Core.Hooks;

/// <summary>The path file of musl's loader, which knows no cache (HK-69).</summary>
internal static class MuslPaths
{
    private const long MaximumFile = 1 << 20;

    /// <summary>Adds what is missing to the path file, if the container is an Alpine one.</summary>
    /// <exception cref="LinuxException">It could not be written.</exception>
    internal static void Add(ContainerRoot root, ContainerDirectory etc, IEnumerable<byte[]> folders)
    {
        if (!root.IsFile(ContainerPath.From("/etc/alpine-release"u8)))
            return;
        byte[] name = Encoding.ASCII.GetBytes(SearchPaths.IsArm ? "ld-musl-aarch64.path" : "ld-musl-x86_64.path");
        uint mode = 0x1a4;
        byte[] present = [];
        if (etc.TryStatus(name, out FileStatus status, out _))
        {
            if (status.Kind != FileKind.Regular || !etc.TryLookup(name, out Descriptor? entry, out _))
            {
                Log.Warning($"/etc/{Encoding.ASCII.GetString(name)} in the container is no regular file: it is left as it is");
                return;
            }
            using (entry)
            {
                if (!ContainerFile.TryRead(entry!, MaximumFile, out present, out Errno error))
                    throw new LinuxException(error, "read", "/etc/" + Encoding.ASCII.GetString(name));
            }
            // SEC-14: never set-id, never writable for others.
            mode = status.Mode & 0x1ed;
        }
        else
        {
            // What musl searches without such a file; a file that lacks one of them would hide it.
            present = "/lib\n/usr/local/lib\n/usr/lib\n"u8.ToArray();
        }
        byte[] content = WithMissing(present, folders);
        if (!DropIn.Holds(etc, name, content))
            etc.ReplaceFile(name, content, mode);
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
