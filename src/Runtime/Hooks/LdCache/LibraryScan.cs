using GpuContainers.Diagnostics;
using GpuContainers.Elf.Cache;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Roots;

namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>Goes through the library directories of a container and collects what goes into its cache (HK-76 to HK-93).</summary>
/// <param name="root">The container.</param>
/// <param name="folders">The directories with injected libraries: soname links are made there, whatever is mounted on them (HK-90).</param>
/// <param name="writer">Gets the libraries.</param>
internal sealed partial class LibraryScan(ContainerRoot root, IReadOnlyCollection<byte[]> folders, LibraryCacheWriter writer)
{
    // Limits for what an image may make us index; beyond them an item is skipped, never the hook (HK-93).
    private const int MaximumDirectories = 4096;
    private const int MaximumCandidates = 262144;
    private const int MaximumEntries = 65536;

    // The most candidates are this long when their names are like those of libraries (SEC-16).
    private const int MaximumNameBytes = 8 << 20;

    /// <summary>Whether i386 libraries that need no C library are marked, as ldconfig up to 2.36 does (LC-14).</summary>
    internal bool MarksMissingLibc { get; init; }

    private readonly HashSet<byte[]> _folders = new(folders, ByteEquality.Instance);
    private readonly HashSet<byte[]> _texts = new(ByteEquality.Instance);
    private readonly HashSet<(ulong Device, ulong Inode)> _visited = [];
    private readonly Dictionary<(ulong Device, ulong Inode, bool Isa), LibraryFacts> _facts = [];
    private readonly LoaderOrder _order = new(signedBytes: !SearchPaths.IsArm);

    // Of all directories but the driver's together: what the image holds cannot keep those from being searched (SEC-16).
    private int _candidates;

    /// <summary>Takes a directory, unless it is one that was taken already (HK-76), and then its glibc-hwcaps directories (HK-78).</summary>
    internal void Take(byte[] text)
    {
        ContainerPath path = ContainerPath.From(text);
        if (!_texts.Add(text) || Enter(path) is not { } directory)
            return;
        using (directory)
        {
            Scan(directory, hwcaps: null, mayLink: directory.IsWritable);
        }
        foreach (byte[] name in HwcapsOf(path))
        {
            if (Enter(path.Child("glibc-hwcaps"u8).Child(name)) is not { } subdirectory)
                continue;
            using (subdirectory)
            {
                writer.AddHwcaps(name);
                Scan(subdirectory, name, mayLink: false);
            }
        }
    }

    // The first text of a directory wins; null for what is missing, no directory, or known (by device and inode).
    private ContainerDirectory? Enter(ContainerPath path)
    {
        if (!root.TryOpenDirectory(path, out ContainerDirectory? directory, out _))
            return null;
        FileStatus status = directory!.Status;
        if ((_visited.Count < MaximumDirectories || _folders.Contains(path.Bytes.ToArray())) && _visited.Add((status.Device, status.Inode)))
            return directory;
        if (_visited.Count >= MaximumDirectories && !_visited.Contains((status.Device, status.Inode)))
            Log.Warning($"skipping {path} in the container: it is one of more than {MaximumDirectories} library directories");
        directory.Dispose();
        return null;
    }

    private List<byte[]> HwcapsOf(ContainerPath path)
    {
        var names = new List<byte[]>();
        if (!root.TryOpenDirectory(path.Child("glibc-hwcaps"u8), out ContainerDirectory? directory, out _))
            return names;
        using (directory)
        {
            Visit(directory!, (name, kind) =>
            {
                if (!name.StartsWith("."u8) && !name.Contains((byte)':') && kind is FileKind.Directory or FileKind.Link or FileKind.Unknown)
                    names.Add(name.ToArray());
                return names.Count < MaximumDirectories;
            });
        }
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    private void Scan(ContainerDirectory directory, byte[]? hwcaps, bool mayLink)
    {
        var winners = new Dictionary<(byte[] Key, int Flags), FoundLibrary>(WinnerEquality.Instance);
        var links = new Dictionary<byte[], FoundLibrary>(ByteEquality.Instance);
        var dangling = new List<byte[]>();
        foreach (CandidateName candidate in Candidates(directory))
        {
            if (winners.Count >= MaximumEntries || links.Count >= MaximumEntries)
                break;
            if (Examine(directory, candidate, hwcaps is not null, dangling) is not { } found)
                continue;
            if (found.IsLink)
                links[found.FileName] = found;
            Compete(winners, found);
        }
        if (hwcaps is null && mayLink)
            AddPlannedLinks(directory, dangling, winners);
        foreach (FoundLibrary winner in winners.Values)
            Record(directory, winner, links, hwcaps, mayLink);
    }

    // Names in the order of their bytes, so that the result does not depend on the file system (HK-87).
    private List<CandidateName> Candidates(ContainerDirectory directory)
    {
        var names = new List<CandidateName>();
        int bytes = 0;
        bool isFolder = _folders.Contains(directory.Path.Bytes.ToArray());
        int most = isFolder ? MaximumCandidates : MaximumCandidates - _candidates;
        Visit(directory, (name, kind) =>
        {
            bool examined = kind is FileKind.Regular or FileKind.Link or FileKind.Unknown;
            if (!examined || !LibraryName.IsCandidate(name))
                return true;
            if (names.Count < most && bytes < MaximumNameBytes)
            {
                names.Add(new CandidateName(name.ToArray(), kind));
                bytes += name.Length;
                return true;
            }
            Log.Warning($"{directory.Path} in the container holds more than {MaximumCandidates} libraries, or others do already: the rest is skipped");
            return false;
        });
        if (!isFolder)
            _candidates += names.Count;
        names.Sort(static (a, b) => a.Name.AsSpan().SequenceCompareTo(b.Name));
        return names;
    }

    private static void Visit(ContainerDirectory directory, DirectoryVisitor visitor)
    {
        try
        {
            directory.Visit(visitor);
        }
        catch (LinuxException error)
        {
            Log.Warning($"cannot list {directory.Path} in the container: {error.Errno.Describe()}");
        }
    }

    // A file beats a link; of two of a kind the greater name wins, and of equal ones the first (HK-86).
    private void Compete(Dictionary<(byte[] Key, int Flags), FoundLibrary> winners, FoundLibrary found)
    {
        (byte[] Key, int Flags) key = (found.Key, found.Facts.Flags);
        if (!winners.TryGetValue(key, out FoundLibrary? winner)
            || (winner.IsLink && !found.IsLink)
            || (winner.IsLink == found.IsLink && _order.Compare(winner.FileName, found.FileName) < 0))
            winners[key] = found;
    }

    private void Record(ContainerDirectory directory, FoundLibrary winner, Dictionary<byte[], FoundLibrary> links, byte[]? hwcaps, bool mayLink)
    {
        // The loader asks for the soname, so the path goes through its link where there is one (HK-88).
        bool bySoname = hwcaps is null && (winner.IsLink || EnsureLink(directory, winner, links, mayLink));
        byte[] path = directory.Path.Child(bySoname ? winner.Key : winner.FileName).Bytes.ToArray();
        if (path.Length > LibraryCacheWriter.MaximumPath || writer.Count >= MaximumEntries)
            Log.Warning($"{ContainerPath.From(path)} does not fit into the container's library cache: it is skipped");
        else
            writer.Add(new CachedLibrary(winner.Key, path, winner.Facts.Flags, hwcaps, winner.Facts.IsaLevel));
    }
}
