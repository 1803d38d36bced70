namespace GpuContainers.Runtime.Hooks;

/// <summary>Files that the hooks leave for the cache builders of the container, in /etc/ld.so.conf.d.</summary>
internal static class DropIn
{
    internal static readonly ContainerPath Folder = ContainerPath.From("/etc/ld.so.conf.d"u8);

    // A container that was started often has a few.
    private const int MostRemoved = 64;

    /// <summary>
    /// Writes a drop-in, unless one with the same beginning and the same bytes is there: a restarted container gets no second one (HK-66, HK-110).
    /// </summary>
    /// <param name="root">The container.</param>
    /// <param name="prefix">The beginning of the name, such as "00-nvcr-".</param>
    /// <param name="unique">The rest of the name before ".conf".</param>
    /// <param name="content">The file's content.</param>
    /// <exception cref="LinuxException">It could not be written (HK-67).</exception>
    internal static void Write(ContainerRoot root, string prefix, string unique, byte[] content)
    {
        using ContainerDirectory folder = root.MakeDirectories(Folder, FileModes.PublicFolder);
        if (!IsThere(folder, Encoding.UTF8.GetBytes(prefix), content))
            folder.CreateFile(Encoding.UTF8.GetBytes(prefix + unique + ".conf"), content, FileModes.PublicFile);
    }

    /// <summary>Removes what earlier starts have left under that beginning and a UUID, but for what has this content.</summary>
    /// <param name="root">The container.</param>
    /// <param name="prefix">The beginning of the name, such as "00-compat-".</param>
    /// <param name="kept">The content that stays; null when nothing does.</param>
    /// <exception cref="LinuxException">One could not be removed.</exception>
    internal static void RemoveEarlier(ContainerRoot root, string prefix, byte[]? kept)
    {
        if (!root.TryOpenDirectory(Folder, out ContainerDirectory? folder, out _))
            return;
        using (folder)
        {
            byte[] beginning = Encoding.UTF8.GetBytes(prefix);
            var earlier = new List<byte[]>();
            folder!.Visit((name, kind) =>
            {
                if (name.StartsWith(beginning) && IsUuid(name[beginning.Length..]))
                    earlier.Add(name.ToArray());
                return earlier.Count < MostRemoved;
            });
            foreach (byte[] name in earlier)
            {
                if (kept is null || !Holds(folder, name, kept))
                    folder.RemoveFile(name);
            }
        }
    }

    private static bool IsUuid(ReadOnlySpan<byte> rest) =>
        rest.Length == 36 + 5 && rest.EndsWith(".conf"u8) && System.Buffers.Text.Utf8Parser.TryParse(rest[..36], out Guid _, out int length) && length == 36;

    /// <summary>Whether the name is a regular file with exactly this content.</summary>
    internal static bool Holds(ContainerDirectory folder, ReadOnlySpan<byte> name, byte[] content)
    {
        if (!folder.TryStatus(name, out FileStatus status, out _) || status.Kind != FileKind.Regular || status.Size != content.Length)
            return false;
        if (!folder.TryLookup(name, out Descriptor? entry, out _))
            return false;
        using (entry)
            return ContainerFile.TryRead(entry!, content.Length, out byte[] present, out _) && present.AsSpan().SequenceEqual(content);
    }

    private static bool IsThere(ContainerDirectory folder, byte[] prefix, byte[] content)
    {
        bool found = false;
        try
        {
            folder.Visit((name, kind) =>
            {
                found = name.StartsWith(prefix) && name.EndsWith(".conf"u8) && Holds(folder, name, content);
                return !found;
            });
        }
        // Nothing is read there; nor is anything written, as the attempt will tell (SEC-22).
        catch (LinuxException error) when (error.Errno == Errno.EMEDIUMTYPE)
        {
        }
        return found;
    }
}
