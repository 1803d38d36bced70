namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>The directories that a container's /etc/ld.so.conf names, and the files it includes (HK-73 to HK-77).</summary>
internal sealed class LoaderConfiguration
{
    // Limits for what an image may make us read; beyond them an item is skipped, never the hook (HK-93).
    private const long MaximumFile = 1 << 20;
    private const int MaximumFiles = 1024;
    private const int MaximumDirectories = 4096;

    // No path is longer; of the lines together (SEC-23).
    private const int MaximumLine = 4095;
    private const int MaximumLineBytes = 1 << 20;

    // Of files that include each other, which are in memory at the same time (SEC-16).
    private const long MaximumHeld = 4 << 20;

    // Hundredths of all work; it is done twice for a cache.
    private const int Share = 25;

    private static readonly ContainerPath s_main = ContainerPath.From("/etc/ld.so.conf"u8);

    private readonly ContainerRoot _root;
    private readonly WorkBudget _budget;
    private readonly LoaderFiles _files;
    private ContainerGlob _glob;
    private readonly HashSet<(ulong Device, ulong Inode)> _read = [];
    private List<byte[]> _directories = [];
    private int _lineBytes;
    private bool _hasToldOfLines;
    private long _held;

    private LoaderConfiguration(ContainerRoot root, WorkBudget budget, LoaderFiles files)
    {
        _root = root;
        _budget = budget;
        _files = files;
        _glob = new ContainerGlob(root, budget, files);
        budget.Begin("the dynamic loader's configuration", Share);
    }

    private static ReadOnlySpan<byte> Blank => " \t\v\f\r\n"u8;

    /// <summary>The directory lines reached through /etc/ld.so.conf, in their order.</summary>
    /// <param name="root">The container.</param>
    /// <param name="budget">What reading it costs.</param>
    /// <param name="files">Keeps what was read for the next reading.</param>
    internal static List<byte[]> Read(ContainerRoot root, WorkBudget budget, LoaderFiles files)
    {
        var configuration = new LoaderConfiguration(root, budget, files);
        configuration.ReadFile(s_main);
        return configuration._directories;
    }

    /// <summary>
    /// The same, preceded by the lines of the hooks' own drop-ins that /etc/ld.so.conf does not reach: without them an image that includes no drop-ins
    /// would leave the driver unusable (HK-77).
    /// </summary>
    /// <param name="root">The container.</param>
    /// <param name="budget">What reading it costs.</param>
    /// <param name="files">What was read of it before.</param>
    /// <param name="hasCompat">Whether a compatibility folder was chosen for this start.</param>
    internal static List<byte[]> ReadWithDropIns(ContainerRoot root, WorkBudget budget, LoaderFiles files, out bool hasCompat)
    {
        var configuration = new LoaderConfiguration(root, budget, files);
        configuration.ReadFile(s_main);
        List<byte[]> reached = configuration._directories;
        configuration._directories = [];
        hasCompat = false;
        // With limits of their own: what the image includes cannot use them up.
        configuration._glob = new ContainerGlob(root, budget, files);
        budget.Begin("the hooks' own drop-ins", Share);
        // By their bytes, which puts compatibility libraries first.
        foreach (ContainerPath path in configuration._glob.Expand(DropIn.Folder.Child("00-*.conf"u8)))
        {
            bool isCompat = path.Name.StartsWith("00-compat-"u8);
            if (!isCompat && !path.Name.StartsWith("00-nvcr-"u8))
                continue;
            hasCompat |= isCompat;
            configuration.ReadFile(path);
        }
        configuration._directories.AddRange(reached);
        return configuration._directories;
    }

    /// <summary>The lines of one file's text.</summary>
    internal void Parse(ReadOnlySpan<byte> text, ContainerPath file)
    {
        foreach (Range range in text.Split((byte)'\n'))
        {
            ReadOnlySpan<byte> line = text[range];
            int end = line.IndexOfAny((byte)'#', (byte)0);
            line = (end < 0 ? line : line[..end]).TrimStart(Blank);
            if (line.IsEmpty)
                continue;
            if (_budget.IsSpent)
                return;
            if (line.StartsWith("include"u8) && line.Length > 7 && line[7] is (byte)' ' or (byte)'\t')
                Include(line[8..], file);
            else if (!IsHwcap(line))
                AddDirectory(line);
        }
    }

    private static bool IsHwcap(ReadOnlySpan<byte> line) =>
        line.Length > 5 && Ascii.EqualsIgnoreCase(line[..5], "hwcap"u8) && line[5] is (byte)' ' or (byte)'\t';

    private void Include(ReadOnlySpan<byte> patterns, ContainerPath file)
    {
        foreach (Range range in patterns.SplitAny(" \t"u8))
        {
            ReadOnlySpan<byte> text = patterns[range].TrimEnd(Blank);
            if (text.IsEmpty)
                continue;
            ContainerPath pattern = text[0] == '/' ? ContainerPath.From(text) : file.Parent.Child(text);
            foreach (ContainerPath path in _glob.Expand(pattern))
                ReadFile(path);
            if (_budget.IsSpent)
                return;
        }
    }

    private void ReadFile(ContainerPath path)
    {
        if (!_budget.Spend(WorkBudget.Lookup))
            return;
        if (_files.Find(path) is { } known)
        {
            if (MayRead(path, known.Device, known.Inode, known.Bytes.Length))
                ParseHeld(known.Bytes, path);
            return;
        }
        if (!_root.TryLookup(path, followLast: true, out Descriptor? entry, out _))
            return;
        using (entry)
        {
            FileStatus status = entry!.Status();
            if (status.Kind != FileKind.Regular || !MayRead(path, status.Device, status.Inode, status.Size))
                return;
            if (ContainerFile.TryRead(entry, status, MaximumFile, out byte[] bytes, out Errno error))
            {
                _files.Keep(path, status, bytes);
                ParseHeld(bytes, path);
            }
            else
                Log.Warning($"skipping {path} in the container: {error.Describe()}");
        }
    }

    // Each file once, or one that includes itself twice would never end (HK-75).
    private bool MayRead(ContainerPath path, ulong device, ulong inode, long size)
    {
        if (_read.Contains((device, inode)))
            return false;
        if (_read.Count >= MaximumFiles)
        {
            Log.Warning($"skipping {path} in the container: it is one of more than {MaximumFiles} files of the dynamic loader's configuration");
            return false;
        }
        if (_held + size > MaximumHeld && size <= MaximumFile)
        {
            Log.Warning($"skipping {path} in the container: it and the files that include it are larger than {MaximumHeld} bytes together");
            return false;
        }
        _read.Add((device, inode));
        return size > MaximumFile || _budget.Spend(WorkBudget.Read + WorkBudget.OfBytes(size));
    }

    private void ParseHeld(byte[] bytes, ContainerPath path)
    {
        _held += bytes.Length;
        Parse(bytes, path);
        _held -= bytes.Length;
    }

    private void AddDirectory(ReadOnlySpan<byte> line)
    {
        // The library kind after "=" is history, whatever it says (HK-74).
        int equals = line.IndexOf((byte)'=');
        if (equals >= 0)
            line = line[..equals];
        ReadOnlySpan<byte> directory = line.TrimEnd(Blank).TrimEnd((byte)'/');
        // Relative lines mean nothing here (HK-77).
        if (directory.IsEmpty || directory[0] != '/' || directory.Length > MaximumLine)
            return;
        if (_directories.Count < MaximumDirectories && _lineBytes + directory.Length <= MaximumLineBytes)
        {
            _directories.Add(directory.ToArray());
            _lineBytes += directory.Length;
            return;
        }
        if (!_hasToldOfLines)
        {
            Log.Warning(
                $"the dynamic loader's configuration in the container names more than {MaximumDirectories} directories, or longer ones: the rest is skipped");
        }
        _hasToldOfLines = true;
    }

    /// <summary>For tests and fuzzing: the directory lines of one text, in a container.</summary>
    internal static List<byte[]> ParseText(ContainerRoot root, ReadOnlySpan<byte> text)
    {
        var configuration = new LoaderConfiguration(root, new WorkBudget(), new LoaderFiles());
        configuration.Parse(text, s_main);
        return configuration._directories;
    }
}

/// <summary>
/// What was read of the loader's configuration once, files and the names in directories: the hook reads it before it adds its own, and again for the cache,
/// and replaces none in between.
/// </summary>
internal sealed class LoaderFiles
{
    // What an ordinary image has; of more, each file is read each time.
    private const int MaximumBytes = 64 << 10;

    /// <summary>Of a directory with more names none are kept.</summary>
    internal const int MaximumNames = 64;

    private readonly Dictionary<ContainerPath, KnownFile> _known = [];
    private readonly Dictionary<ContainerPath, List<byte[]>> _names = [];
    private int _bytes;

    /// <summary>What a path was read as; null when it was not.</summary>
    internal KnownFile? Find(ContainerPath path) => _known.TryGetValue(path, out KnownFile? file) ? file : null;

    /// <summary>Whether a drop-in with this beginning and content was read.</summary>
    internal bool HasDropIn(string prefix, byte[] content)
    {
        byte[] beginning = Encoding.UTF8.GetBytes(prefix);
        foreach ((ContainerPath path, KnownFile file) in _known)
        {
            if (path.Name.StartsWith(beginning) && path.Name.EndsWith(".conf"u8) && path.Parent.Bytes.SequenceEqual(DropIn.Folder.Bytes)
                && file.Bytes.AsSpan().SequenceEqual(content))
                return true;
        }
        return false;
    }

    /// <summary>The names in a directory, in no order; null when they are not known.</summary>
    internal List<byte[]>? NamesIn(ContainerPath path) => _names.TryGetValue(path, out List<byte[]>? names) ? names : null;

    /// <summary>Keeps the names in a directory, all of them.</summary>
    internal void KeepNames(ContainerPath path, List<byte[]> names)
    {
        int size = path.Bytes.Length;
        foreach (byte[] name in names)
            size += name.Length;
        if (names.Count > MaximumNames || size > MaximumBytes - _bytes || !_names.TryAdd(path, names))
            return;
        _bytes += size;
    }

    /// <summary>Forgets the names in directories: a file was added.</summary>
    internal void ForgetNames() => _names.Clear();

    /// <summary>Keeps what was read.</summary>
    internal void Keep(ContainerPath path, in FileStatus status, byte[] bytes)
    {
        int size = path.Bytes.Length + bytes.Length;
        if (size > MaximumBytes - _bytes || !_known.TryAdd(path, new KnownFile(status.Device, status.Inode, bytes)))
            return;
        _bytes += size;
    }
}

/// <summary>A file of the loader's configuration.</summary>
/// <param name="Device">Its file system.</param>
/// <param name="Inode">Its number there.</param>
/// <param name="Bytes">Its content.</param>
internal sealed record KnownFile(ulong Device, ulong Inode, byte[] Bytes);
