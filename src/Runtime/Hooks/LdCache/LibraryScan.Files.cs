using GpuContainers.Diagnostics;
using GpuContainers.Elf;
using GpuContainers.Elf.Cache;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Roots;

namespace GpuContainers.Runtime.Hooks.LdCache;

/// <content>Single files and links.</content>
internal sealed partial class LibraryScan
{
    // Null for what goes into no cache. A link to nothing goes to the list of dangling ones.
    private FoundLibrary? Examine(ContainerDirectory directory, in CandidateName candidate, bool withIsaLevel, List<byte[]> dangling)
    {
        if (candidate.Kind == FileKind.Link)
            return ExamineLink(directory, candidate.Name, withIsaLevel, dangling);
        if (!directory.TryLookup(candidate.Name, out Descriptor? entry, out _))
            return null;
        using (entry)
        {
            FileStatus status = entry!.Status();
            return status.Kind == FileKind.Link
                ? ExamineLink(directory, candidate.Name, withIsaLevel, dangling)
                : Examine(entry, status, directory, candidate.Name, isLink: false, withIsaLevel);
        }
    }

    private FoundLibrary? ExamineLink(ContainerDirectory directory, byte[] name, bool withIsaLevel, List<byte[]> dangling)
    {
        if (root.TryLookup(directory.Path.Child(name), followLast: true, out Descriptor? entry, out Errno error))
        {
            using (entry)
                return Examine(entry!, entry!.Status(), directory, name, isLink: true, withIsaLevel);
        }
        if (error == Errno.ENOENT)
            dangling.Add(name);
        return null;
    }

    // Nothing but regular files is opened; a file without room for a header is not a library (HK-81).
    private FoundLibrary? Examine(Descriptor entry, in FileStatus status, ContainerDirectory directory, byte[] name, bool isLink, bool withIsaLevel) =>
        status.Kind == FileKind.Regular && status.Size >= ElfFile.SmallestHeader && FactsOf(entry, status, withIsaLevel, directory, name) is { } facts
            ? Classify(name, isLink, facts, status)
            : null;

    private LibraryFacts? FactsOf(Descriptor entry, in FileStatus status, bool withIsaLevel, ContainerDirectory directory, byte[] name)
    {
        (ulong, ulong, bool) key = (status.Device, status.Inode, withIsaLevel);
        if (_facts.TryGetValue(key, out LibraryFacts? facts))
            return facts;
        facts = LibraryFacts.Read(entry, status, withIsaLevel, MarksMissingLibc, directory, name);
        // What is not a library is not remembered; an image can hold hundreds of thousands of such files (SEC-16).
        if (facts is not null)
            _facts.Add(key, facts);
        return facts;
    }

    // A link stays one when it is the soname itself or the name that linkers look for; other links count as files (HK-83, HK-85).
    private static FoundLibrary Classify(byte[] name, bool isLink, LibraryFacts facts, in FileStatus status)
    {
        byte[] soname = facts.Soname ?? name;
        bool staysLink = isLink && (name.AsSpan().SequenceEqual(soname) || IsDevelopmentName(name, soname));
        return new FoundLibrary(name, staysLink ? name : soname, staysLink, facts, status.Device, status.Inode);
    }

    private static bool IsDevelopmentName(ReadOnlySpan<byte> name, ReadOnlySpan<byte> soname) => name.EndsWith(".so"u8) && soname.StartsWith(name);

    // A development link to a soname link that is only about to be made counts as if that were there (HK-91).
    private void AddPlannedLinks(ContainerDirectory directory, List<byte[]> dangling, Dictionary<(byte[] Key, int Flags), FoundLibrary> winners)
    {
        if (dangling.Count == 0 || winners.Count == 0)
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

    // Makes the soname lead to the winner; whether it may be recorded under it. Where no link can or may be made the file's own name is recorded (HK-89).
    private bool EnsureLink(ContainerDirectory directory, FoundLibrary winner, Dictionary<byte[], FoundLibrary> links, bool mayLink)
    {
        // What was examined a moment ago need not be looked up again.
        if (links.TryGetValue(winner.Key, out FoundLibrary? link) && link.IsSameFile(winner))
            return true;
        if (winner.FileName.AsSpan().SequenceEqual(winner.Key) || LeadsTo(directory.Path.Child(winner.Key), winner))
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

    private bool LeadsTo(ContainerPath path, FoundLibrary library)
    {
        if (!root.TryLookup(path, followLast: true, out Descriptor? entry, out _))
            return false;
        using (entry)
        {
            FileStatus status = entry!.Status();
            return status.Device == library.Device && status.Inode == library.Inode;
        }
    }

    /// <summary>Two libraries compete when name and architecture are equal (HK-87).</summary>
    private sealed class WinnerEquality : IEqualityComparer<(byte[] Key, int Flags)>
    {
        internal static readonly WinnerEquality Instance = new();

        public bool Equals((byte[] Key, int Flags) x, (byte[] Key, int Flags) y) => x.Flags == y.Flags && x.Key.AsSpan().SequenceEqual(y.Key);

        public int GetHashCode((byte[] Key, int Flags) obj) => HashCode.Combine(ByteEquality.Instance.GetHashCode(obj.Key), obj.Flags);
    }
}
