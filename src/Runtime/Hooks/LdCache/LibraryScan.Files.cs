using GpuContainers.Elf;
using GpuContainers.Elf.Cache;

namespace GpuContainers.Runtime.Hooks.LdCache;

/// <content>Single files and links.</content>
internal sealed partial class LibraryScan
{
    private const int MaximumSonameBytes = 4 << 20;

    // Links come right before their files in the order of names.
    private const int MaximumTargets = 256;

    // A name for linkers leads to the soname, and that to the file; the kernel follows longer chains in one step.
    private const int MaximumFollowed = 2;

    private int _sonameBytes;
    private bool _wasEmpty;

    // Files of the directory, and links to them, that links beside them named before their own turn.
    private readonly Dictionary<byte[], ExaminedFile> _targets = new(ByteEquality.Instance);

    // What the image has, and what of the host was mounted over it or beside it: told once.
    private (ContainerPath Image, ContainerPath Host)? _replaced;

    private List<ScannedLibrary> Scan(ContainerDirectory directory, bool isFolder, bool isHwcaps)
    {
        var winners = new Dictionary<(byte[] Key, int Flags), FoundLibrary>(WinnerEquality.Instance);
        var links = new Dictionary<byte[], FoundLibrary>(ByteEquality.Instance);
        var injected = new List<FoundLibrary>();
        var dangling = new List<byte[]>();
        ulong? mount = isFolder && PrefersInjected && !isHwcaps ? ContainerRoot.MountOf(directory.Handle, directory.Status) : null;
        _targets.Clear();
        foreach (CandidateName candidate in Candidates(directory, isFolder))
        {
            if (!budget.Spend(WorkBudget.Library) || winners.Count >= MaximumEntries || links.Count >= MaximumEntries)
                break;
            if (Examine(directory, candidate, isHwcaps, mount, dangling) is not { } found)
                continue;
            if (found.IsLink)
                links[found.FileName] = found;
            if (found.IsInjected)
                injected.Add(found);
            Compete(winners, found, directory);
        }
        _listed = [];
        PreferLinked(winners, injected, links);
        bool mayLink = !isHwcaps && directory.IsWritable;
        if (mayLink)
            AddPlannedLinks(directory, dangling, winners);
        var libraries = new List<ScannedLibrary>(winners.Count);
        foreach (FoundLibrary winner in winners.Values)
        {
            bool bySoname = !isHwcaps && (winner.IsLink || EnsureLink(directory, winner, links, mayLink));
            libraries.Add(new ScannedLibrary(winner.Key, bySoname ? winner.Key : winner.FileName, winner.Facts.Flags, winner.Facts.IsaLevel,
                winner.IsInjected || injected.Exists(winner.IsSameFile)));
        }
        return libraries;
    }

    // An injected library beats one that is not (HK-145); a file beats a link; of two of a kind the greater name wins, and of equal ones the first (HK-86).
    private void Compete(Dictionary<(byte[] Key, int Flags), FoundLibrary> winners, FoundLibrary found, ContainerDirectory directory)
    {
        (byte[] Key, int Flags) key = (found.Key, found.Facts.Flags);
        if (!winners.TryGetValue(key, out FoundLibrary? winner))
        {
            winners[key] = found;
            return;
        }
        bool wins = winner.IsInjected != found.IsInjected ? found.IsInjected
            : winner.IsLink != found.IsLink ? winner.IsLink
            : _order.Compare(winner.FileName, found.FileName) < 0;
        (FoundLibrary better, FoundLibrary worse) = wins ? (found, winner) : (winner, found);
        if (better.IsInjected && !worse.IsInjected && !worse.IsLink)
            _replaced ??= (directory.Path.Child(worse.FileName), directory.Path.Child(better.FileName));
        winners[key] = better;
    }

    // Of several injected ones the link that is there has chosen.
    private static void PreferLinked(
        Dictionary<(byte[] Key, int Flags), FoundLibrary> winners, List<FoundLibrary> injected, Dictionary<byte[], FoundLibrary> links)
    {
        foreach (FoundLibrary library in injected)
        {
            if (links.TryGetValue(library.Key, out FoundLibrary? link) && link.IsSameFile(library))
                winners[(library.Key, library.Facts.Flags)] = library;
        }
    }

    // Null for what goes into no cache. A link to nothing goes to the list of dangling ones.
    private FoundLibrary? Examine(ContainerDirectory directory, in CandidateName candidate, bool isHwcaps, ulong? mount, List<byte[]> dangling)
    {
        if (_targets.Remove(candidate.Name, out ExaminedFile file)
            || (candidate.Kind != FileKind.Link && TryExamine(directory, candidate.Name, isHwcaps, mount, out file, out _)))
        {
            return Classify(candidate.Name, file);
        }
        if (candidate.Kind != FileKind.Link && !file.IsLink)
            return null;
        if (TryFollow(directory, candidate.Name, isHwcaps, mount, out file, out Errno error))
            return Classify(candidate.Name, file);
        if (error == Errno.ENOENT)
            dangling.Add(candidate.Name);
        return null;
    }

    // What a link leads to. Most name a file beside them, or a link to one, whose turn comes: what it is found to be serves for all.
    private bool TryFollow(ContainerDirectory directory, byte[] link, bool isHwcaps, ulong? mount, out ExaminedFile file, out Errno error)
    {
        byte[] at = link;
        for (int i = 0; i < MaximumFollowed && directory.ReadLink(at) is { } target && IsName(target); i++)
        {
            error = Errno.None;
            bool isKnown = _targets.TryGetValue(target, out file);
            FileKind? kind = isKnown ? FileKind.Regular : Listed(target);
            if (kind is null)
                error = Errno.ENOENT;
            else if (!isKnown && kind != FileKind.Link)
                isKnown = TryExamine(directory, target, isHwcaps, mount, out file, out error);
            if (isKnown)
            {
                Keep(target, file);
                file = file with { IsLink = true };
                if (at != link)
                    Keep(at, file);
                return true;
            }
            // A name that is not there makes the link a dead one, without a second question.
            if (error == Errno.ENOENT)
                return false;
            if (error != Errno.None)
                break;
            at = target;
        }
        file = default;
        if (!root.TryLookup(directory.Path.Child(link), followLast: true, out Descriptor? entry, out error))
            return false;
        using (entry)
        {
            FileStatus status = entry!.Status();
            file = new ExaminedFile(FactsOf(entry, status, isHwcaps, directory, link), status) { IsLink = true };
            return true;
        }
    }

    private void Keep(byte[] name, in ExaminedFile file)
    {
        if (_targets.Count < MaximumTargets)
            _targets[name] = file;
    }

    // False for a link, without an error, and for what cannot be looked at.
    private bool TryExamine(ContainerDirectory directory, byte[] name, bool isHwcaps, ulong? mount, out ExaminedFile file, out Errno error)
    {
        file = default;
        // Runtimes make empty files to mount on, which stay in an image, many in one folder: after one of them its neighbour is asked before it is held.
        if (_wasEmpty && directory.TryStatus(name, out FileStatus unheld, out error) && IsEmpty(unheld))
        {
            file = new ExaminedFile(null, unheld);
            return true;
        }
        if (!directory.TryLookup(name, out Descriptor? entry, out error))
            return false;
        using (entry)
        {
            FileStatus status = entry!.Status();
            bool isLink = status.Kind == FileKind.Link;
            _wasEmpty = IsEmpty(status);
            file = new ExaminedFile(isLink ? null : FactsOf(entry, status, isHwcaps, directory, name), status)
            {
                IsInjected = mount is not null && ContainerRoot.MountOf(entry, status) != mount,
            };
            return !isLink;
        }
    }

    private static bool IsEmpty(in FileStatus status) => status.Kind == FileKind.Regular && status.Size == 0;

    private static bool IsName(ReadOnlySpan<byte> target) =>
        !target.IsEmpty && !target.Contains((byte)'/') && !target.SequenceEqual("."u8) && !target.SequenceEqual(".."u8);

    // Nothing but regular files is opened; a file without room for a header is not a library (HK-81).
    private LibraryFacts? FactsOf(Descriptor entry, in FileStatus status, bool withIsaLevel, ContainerDirectory directory, byte[] name)
    {
        if (status.Kind != FileKind.Regular || status.Size < ElfFile.SmallestHeader)
            return null;
        (ulong, ulong, bool) key = (status.Device, status.Inode, withIsaLevel);
        if (_facts.TryGetValue(key, out LibraryFacts? facts))
            return facts;
        facts = LibraryFacts.Read(entry, status, withIsaLevel, MarksMissingLibc, directory, name, budget);
        // What is not a library is not remembered; an image can hold many such files, and libraries with long names (SEC-16).
        if (facts is not null && (_sonameBytes += facts.Soname?.Length ?? 0) <= MaximumSonameBytes)
            _facts.Add(key, facts);
        return facts;
    }

    // A link stays one when it is the soname itself or the name that linkers look for; other links count as files (HK-83, HK-85).
    private static FoundLibrary? Classify(byte[] name, in ExaminedFile file)
    {
        if (file.Facts is not { } facts)
            return null;
        byte[] soname = facts.Soname ?? name;
        bool staysLink = file.IsLink && (name.AsSpan().SequenceEqual(soname) || IsDevelopmentName(name, soname));
        return new FoundLibrary(name, staysLink ? name : soname, staysLink, facts, file.Device, file.Inode, file.IsInjected && !file.IsLink);
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
                Compete(winners, library with { FileName = name, Key = name, IsLink = true, IsInjected = false }, directory);
        }
    }

    // Makes the soname lead to the winner; whether it may be recorded under it. Where no link can or may be made the file's own name is recorded (HK-89).
    private bool EnsureLink(ContainerDirectory directory, FoundLibrary winner, Dictionary<byte[], FoundLibrary> links, bool mayLink)
    {
        // What was examined a moment ago need not be looked up again.
        if (links.TryGetValue(winner.Key, out FoundLibrary? link) && link.IsSameFile(winner))
            return true;
        if (winner.FileName.AsSpan().SequenceEqual(winner.Key))
            return true;
        try
        {
            // In most cases the name is free; that it is taken the kernel says before anything else.
            if (mayLink && directory.CreateLink(winner.Key, winner.FileName))
                return true;
            if (LeadsTo(directory.Path.Child(winner.Key), winner))
                return true;
            if (directory.TryStatus(winner.Key, out FileStatus present, out _) && present.Kind != FileKind.Link)
                return true;
            if (mayLink)
                _ = directory.ReplaceLink(winner.Key, winner.FileName);
            return mayLink;
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

/// <summary>What a name of a directory stands for.</summary>
/// <param name="Facts">What the library says; null for what is none.</param>
/// <param name="Device">The device of the file.</param>
/// <param name="Inode">Its inode there.</param>
/// <param name="IsLink">Whether the name is that of a link; the rest is told of the file that it leads to, if it was followed.</param>
internal readonly record struct ExaminedFile(LibraryFacts? Facts, ulong Device, ulong Inode, bool IsLink)
{
    internal ExaminedFile(LibraryFacts? facts, in FileStatus status) : this(facts, status.Device, status.Inode, status.Kind == FileKind.Link)
    {
    }

    /// <summary>Whether the file itself was mounted into the directory from outside.</summary>
    internal bool IsInjected { get; init; }
}

/// <summary>A name of a directory that may be that of a library.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What the directory says it is; maybe Unknown.</param>
internal readonly record struct CandidateName(byte[] Name, FileKind Kind) : IComparable<CandidateName>
{
    /// <summary>By the bytes of the names.</summary>
    public int CompareTo(CandidateName other) => Name.AsSpan().SequenceCompareTo(other.Name);
}

/// <summary>A file or link of one directory that is to go into the cache.</summary>
/// <param name="FileName">Its name in the directory.</param>
/// <param name="Key">The name that programs ask for.</param>
/// <param name="IsLink">Whether it stays a link entry: no soname link is made for it (HK-85).</param>
/// <param name="Facts">What the library says.</param>
/// <param name="Device">The device of the library file, links followed.</param>
/// <param name="Inode">Its inode there.</param>
/// <param name="IsInjected">Whether the file itself was mounted into the directory from outside.</param>
internal sealed record FoundLibrary(byte[] FileName, byte[] Key, bool IsLink, LibraryFacts Facts, ulong Device, ulong Inode, bool IsInjected)
{
    /// <summary>Whether both lead to the same file.</summary>
    internal bool IsSameFile(FoundLibrary other) => Device == other.Device && Inode == other.Inode;
}

/// <summary>A library of one directory as the cache is to name it.</summary>
/// <param name="Key">The name that programs ask for.</param>
/// <param name="RecordedName">The name in the directory that the cache gives: the soname's, or the file's own.</param>
/// <param name="Flags">Its architecture.</param>
/// <param name="IsaLevel">The x86 ISA level it needs.</param>
/// <param name="IsInjected">Whether it leads to a file that was mounted into the directory.</param>
internal sealed record ScannedLibrary(byte[] Key, byte[] RecordedName, int Flags, int IsaLevel, bool IsInjected);

/// <summary>A glibc-hwcaps directory.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Key">Its device and inode.</param>
/// <param name="Libraries">What is in it.</param>
internal sealed record ScannedHwcaps(byte[] Name, (ulong Device, ulong Inode) Key, List<ScannedLibrary> Libraries);

/// <summary>What a directory holds, its path apart: that depends on the name under which the container's loader comes to it.</summary>
/// <param name="Libraries">What is in it.</param>
/// <param name="Hwcaps">Its glibc-hwcaps directories.</param>
internal sealed record ScannedDirectory(List<ScannedLibrary> Libraries, List<ScannedHwcaps> Hwcaps);
