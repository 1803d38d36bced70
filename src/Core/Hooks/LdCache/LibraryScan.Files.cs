using GpuContainers.Elf;
using GpuContainers.Linux;

namespace GpuContainers.Core.Hooks;

/// <content>Single files and links.</content>
internal sealed partial class LibraryScan
{
    // Null for what goes into no cache. A link to nothing goes to the list of dangling ones.
    private FoundLibrary? Examine(ContainerDirectory directory, byte[] name, bool withIsaLevel, List<byte[]> dangling)
    {
        if (!directory.TryLookup(name, out Descriptor? entry, out _))
            return null;
        FileStatus status = entry!.Status();
        bool isLink = status.Kind == FileKind.Link;
        if (isLink)
        {
            entry.Dispose();
            if (!root.TryLookup(directory.Path.Child(name), followLast: true, out entry, out Errno error))
            {
                if (error == Errno.ENOENT)
                    dangling.Add(name);
                return null;
            }
            status = entry!.Status();
        }
        using (entry)
        {
            // HK-81: nothing but regular files is opened.
            if (status.Kind != FileKind.Regular || FactsOf(entry, status, withIsaLevel, directory, name) is not { } facts)
                return null;
            return Classify(name, isLink, facts, status);
        }
    }

    private LibraryFacts? FactsOf(Descriptor entry, in FileStatus status, bool withIsaLevel, ContainerDirectory directory, byte[] name)
    {
        (ulong, ulong, bool) key = (status.Device, status.Inode, withIsaLevel);
        if (!_facts.TryGetValue(key, out LibraryFacts? facts))
            _facts.Add(key, facts = LibraryFacts.Read(entry, status, withIsaLevel, () => directory.Path.Child(name)));
        return facts;
    }

    // HK-83, HK-85: a link stays one when it is the soname itself or the name that linkers look for; other links count as files.
    private static FoundLibrary Classify(byte[] name, bool isLink, LibraryFacts facts, in FileStatus status)
    {
        byte[] soname = facts.Soname ?? name;
        bool staysLink = isLink && (name.AsSpan().SequenceEqual(soname) || IsDevelopmentName(name, soname));
        return new FoundLibrary(name, staysLink ? name : soname, staysLink, facts, status);
    }

    private static bool IsDevelopmentName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> soname) => name.EndsWith(".so"u8) && soname.StartsWith(name);

    // HK-91: a development link to a soname link that is only about to be made counts as if that were there.
    private void AddPlannedLinks(ContainerDirectory directory, List<byte[]> dangling, Dictionary<(byte[] Key, int Flags), FoundLibrary> winners)
    {
        if (dangling.Count == 0)
            return;
        var planned = new Dictionary<byte[], FoundLibrary>(ByteEquality.Instance);
        foreach (FoundLibrary winner in winners.Values)
        {
            if (!winner.IsLink)
                planned.TryAdd(winner.Key, winner);
        }
        foreach (byte[] name in dangling)
        {
            if (directory.ReadLink(name) is { } target && planned.TryGetValue(target, out FoundLibrary? library) && IsDevelopmentName(name, library.Key))
                Compete(winners, library with { FileName = name, Key = name, IsLink = true });
        }
    }

    // HK-89: makes the soname lead to the winner; whether it may be recorded under it. Where no link can or may be made the file's own name is recorded.
    private bool EnsureLink(ContainerDirectory directory, FoundLibrary winner, bool mayLink)
    {
        if (winner.FileName.AsSpan().SequenceEqual(winner.Key) || LeadsTo(directory.Path.Child(winner.Key), winner.Status))
            return true;
        bool exists = directory.TryStatus(winner.Key, out FileStatus present, out _);
        if (exists && present.Kind != FileKind.Link)
            return true;
        if (!mayLink)
            return false;
        try
        {
            directory.ReplaceLink(winner.Key, winner.FileName);
            return true;
        }
        catch (LinuxException error)
        {
            Log.Debug($"no soname link: {error.Message}");
            return false;
        }
    }

    private bool LeadsTo(ContainerPath path, in FileStatus library)
    {
        if (!root.TryLookup(path, followLast: true, out Descriptor? entry, out _))
            return false;
        using (entry)
            return entry!.Status().IsSameFile(library);
    }

    /// <summary>Two libraries compete when name and architecture are equal (HK-87).</summary>
    private sealed class WinnerEquality : IEqualityComparer<(byte[] Key, int Flags)>
    {
        internal static readonly WinnerEquality Instance = new();

        public bool Equals((byte[] Key, int Flags) x, (byte[] Key, int Flags) y) => x.Flags == y.Flags && x.Key.AsSpan().SequenceEqual(y.Key);

        public int GetHashCode((byte[] Key, int Flags) obj) => HashCode.Combine(ByteEquality.Instance.GetHashCode(obj.Key), obj.Flags);
    }
}
