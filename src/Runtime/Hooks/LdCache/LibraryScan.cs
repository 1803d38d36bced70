using GpuContainers.Elf.Cache;

namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>
/// Goes through the library directories of a container and collects what goes into its cache (HK-76 to HK-93). The cache names libraries in the order of the
/// directories; looked at are those with injected libraries first, so that no other keeps them out (SEC-24).
/// </summary>
/// <param name="root">The container.</param>
/// <param name="folders">The directories with injected libraries.</param>
/// <param name="writer">Gets the libraries.</param>
/// <param name="budget">What all of it may cost.</param>
internal sealed partial class LibraryScan(ContainerRoot root, List<byte[]> folders, LibraryCacheWriter writer, WorkBudget budget)
{
    // Limits for what an image may make us index; beyond them an item is skipped, never the hook (HK-93).
    private const int MaximumDirectories = 4096;
    private const int MaximumEntries = 65536;

    // Of the paths and names of the cache (SEC-23): an image's own come up to the first, what it put into the driver's folders up to the second.
    private const int MaximumPathBytes = 8 << 20, MaximumFolderBytes = 12 << 20;

    // An image with more entries is an odd one.
    private const int ManyEntries = 16384;

    // Hundredths of the work: what is left when the configuration was read, with something for the image's own libraries.
    private const int ShareOfFolders = 35, ShareOfRest = 100;

    private static ReadOnlySpan<byte> Hwcaps => "glibc-hwcaps"u8;

    /// <summary>Whether i386 libraries that need no C library are marked, as ldconfig up to 2.36 does (LC-14).</summary>
    internal bool MarksMissingLibc { get; init; }

    /// <summary>Whether an injected library beats others of its soname in its directory (HK-145).</summary>
    internal bool PrefersInjected { get; init; }

    /// <summary>Whether an injected library stands in the cache before those of other directories (HK-146).</summary>
    internal bool PutsInjectedFirst { get; init; }

    private readonly HashSet<byte[]> _texts = new(ByteEquality.Instance);
    private readonly HashSet<(ulong Device, ulong Inode)> _visited = [];
    private readonly Dictionary<(ulong Device, ulong Inode), ScannedDirectory> _scanned = [];
    private readonly Dictionary<byte[], (ulong Device, ulong Inode)> _folderKeys = new(ByteEquality.Instance);
    private readonly Dictionary<(ulong Device, ulong Inode, bool Isa), LibraryFacts> _facts = [];
    private readonly LoaderOrder _order = new(signedBytes: !SearchPaths.IsArm);

    // Whether the directory that was listed last may have one of that name.
    private bool _mayHaveHwcaps;
    private int _pathBytes;
    private bool _hasToldOfPaths;

    /// <summary>Goes through the directories, and fills the cache in their order.</summary>
    internal void Run(List<byte[]> directories)
    {
        ScanFolders();
        budget.Begin("the libraries", ShareOfRest);
        _candidates = 0;
        foreach (byte[] text in directories)
            Take(text);
        // What the image's configuration has kept the list from.
        foreach (byte[] text in folders)
            Take(text);
        if (_replaced is { } replaced)
            Log.Warning($"the image carries a driver library of its own, {replaced.Image}: the host's, {replaced.Host}, is used");
        // Laying out the cache takes as much memory again.
        ReleaseIf(writer.Count > ManyEntries || _pathBytes > MaximumPathBytes / 4);
    }

    // What was looked at is of no use any more (SEC-23); an ordinary image has so little that nothing need be done.
    private static void ReleaseIf(bool isMuch)
    {
        if (isMuch)
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    // Each with its glibc-hwcaps directories (HK-78).
    private void ScanFolders()
    {
        budget.Begin("the driver's folders", ShareOfFolders);
        foreach (byte[] text in folders)
        {
            if (!root.TryOpenDirectory(ContainerPath.From(text), out ContainerDirectory? directory, out _))
                continue;
            using (directory)
            {
                FileStatus status = directory!.Status;
                if (!_scanned.ContainsKey((status.Device, status.Inode)))
                    _scanned.Add((status.Device, status.Inode), ScanWhole(directory, isFolder: true));
                _folderKeys[text] = (status.Device, status.Inode);
            }
        }
    }

    // Takes a directory, unless it is one that was taken already (HK-76): its first text wins.
    private void Take(byte[] text)
    {
        if (!_texts.Add(text))
            return;
        ContainerPath path = ContainerPath.From(text);
        // The driver's folders are known by now, whatever else there is to do.
        if (_folderKeys.TryGetValue(text, out (ulong Device, ulong Inode) key))
        {
            _ = budget.Spend(WorkBudget.Lookup);
            if (_visited.Add(key))
                Record(path, _scanned[key], isFolder: true);
            return;
        }
        if (Enter(path, out bool isFolder) is not { } directory)
            return;
        using (directory)
        {
            FileStatus status = directory.Status;
            Record(directory.Path, isFolder ? _scanned[(status.Device, status.Inode)] : ScanWhole(directory, isFolder: false), isFolder);
        }
    }

    // Null for what is missing, no directory, or known (by device and inode), and when there was too much to do.
    private ContainerDirectory? Enter(ContainerPath path, out bool isFolder)
    {
        isFolder = false;
        if (!budget.Spend(WorkBudget.Lookup) || !root.TryOpenDirectory(path, out ContainerDirectory? directory, out _))
            return null;
        FileStatus status = directory!.Status;
        (ulong, ulong) key = (status.Device, status.Inode);
        isFolder = _scanned.ContainsKey(key);
        if (_visited.Contains(key) || (_visited.Count >= MaximumDirectories && !isFolder))
        {
            if (!_visited.Contains(key))
                Log.Warning($"skipping {path} in the container: it is one of more than {MaximumDirectories} library directories");
            directory.Dispose();
            return null;
        }
        _visited.Add(key);
        return directory;
    }

    private ScannedDirectory ScanWhole(ContainerDirectory directory, bool isFolder)
    {
        List<ScannedLibrary> libraries = Scan(directory, isFolder, isHwcaps: false);
        ReleaseIf(libraries.Count > ManyEntries);
        var hwcaps = new List<ScannedHwcaps>();
        if (!_mayHaveHwcaps || !root.TryOpenDirectory(directory.Path.Child(Hwcaps), out ContainerDirectory? parent, out _))
            return new ScannedDirectory(libraries, hwcaps);
        using (parent)
        {
            foreach (byte[] name in HwcapsOf(parent!))
            {
                if (!budget.Spend(WorkBudget.Lookup) || !root.TryOpenDirectory(parent!.Path.Child(name), out ContainerDirectory? subdirectory, out _))
                    continue;
                using (subdirectory)
                {
                    FileStatus status = subdirectory!.Status;
                    // One that is known is not looked at again: the cache would not name it.
                    if (!_visited.Contains((status.Device, status.Inode)))
                        hwcaps.Add(new ScannedHwcaps(name, (status.Device, status.Inode), Scan(subdirectory, isFolder, isHwcaps: true)));
                }
            }
        }
        return new ScannedDirectory(libraries, hwcaps);
    }

    private List<byte[]> HwcapsOf(ContainerDirectory directory)
    {
        var names = new List<byte[]>();
        _ = Visit(directory, (name, kind) =>
        {
            if (!name.StartsWith("."u8) && !name.Contains((byte)':') && kind is FileKind.Directory or FileKind.Link or FileKind.Unknown)
                names.Add(name.ToArray());
            return names.Count < MaximumDirectories && budget.Spend(WorkBudget.Entry);
        });
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        return names;
    }

    // Whether it could be listed.
    private static bool Visit(ContainerDirectory directory, DirectoryVisitor visitor)
    {
        try
        {
            directory.Visit(visitor);
            return true;
        }
        catch (LinuxException error)
        {
            Log.Warning($"cannot list {directory.Path} in the container: {error.Errno.Describe()}");
            return false;
        }
    }

    private void Record(ContainerPath path, ScannedDirectory directory, bool isFolder)
    {
        foreach (ScannedLibrary library in directory.Libraries)
            Record(path, library, hwcaps: null, isFolder);
        foreach (ScannedHwcaps hwcaps in directory.Hwcaps)
        {
            if (_visited.Count >= MaximumDirectories && !isFolder)
                Log.Warning($"skipping {path}/glibc-hwcaps in the container: it is one of more than {MaximumDirectories} library directories");
            else if (_visited.Add(hwcaps.Key))
                Record(path.Child(Hwcaps).Child(hwcaps.Name), hwcaps, isFolder);
        }
    }

    private void Record(ContainerPath path, ScannedHwcaps hwcaps, bool isFolder)
    {
        writer.AddHwcaps(hwcaps.Name);
        foreach (ScannedLibrary library in hwcaps.Libraries)
            Record(path, library, hwcaps.Name, isFolder);
    }

    // The loader asks for the soname, so the path goes through its link where there is one (HK-88).
    private void Record(ContainerPath folder, ScannedLibrary library, byte[]? hwcaps, bool isFolder)
    {
        int length = folder.Bytes.Length + 1 + library.RecordedName.Length;
        if (length > LibraryCacheWriter.MaximumPath || writer.Count >= MaximumEntries)
        {
            Log.Warning($"{folder.Child(library.RecordedName)} does not fit into the container's library cache: it is skipped");
            return;
        }
        if (!HasRoom(length + library.Key.Length, isFolder, library.IsInjected))
            return;
        byte[] path = folder.Child(library.RecordedName).Bytes.ToArray();
        bool isFirst = PutsInjectedFirst && isFolder && hwcaps is null && library.IsInjected;
        writer.Add(new CachedLibrary(library.Key, path, library.Flags, hwcaps, library.IsaLevel) { IsFirst = isFirst });
    }

    // What was mounted into the driver's folders is always recorded: the host's driver bounds it.
    private bool HasRoom(int bytes, bool isFolder, bool isInjected)
    {
        if (_pathBytes + bytes <= (isFolder ? MaximumFolderBytes : MaximumPathBytes) || (isFolder && isInjected))
        {
            _pathBytes += bytes;
            return true;
        }
        if (!_hasToldOfPaths)
            Log.Warning($"the paths of the container's libraries are longer than {MaximumPathBytes >> 20} MiB together: the rest is left out of its cache");
        _hasToldOfPaths = true;
        return false;
    }
}
