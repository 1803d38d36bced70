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
    private ContainerGlob _glob;
    private readonly HashSet<(ulong Device, ulong Inode)> _read = [];
    private List<byte[]> _directories = [];
    private int _lineBytes;
    private bool _hasToldOfLines;
    private long _held;

    private LoaderConfiguration(ContainerRoot root, WorkBudget budget)
    {
        _root = root;
        _budget = budget;
        _glob = new ContainerGlob(root, budget);
        budget.Begin("the dynamic loader's configuration", Share);
    }

    private static ReadOnlySpan<byte> Blank => " \t\v\f\r\n"u8;

    /// <summary>The directory lines reached through /etc/ld.so.conf, in their order.</summary>
    internal static List<byte[]> Read(ContainerRoot root, WorkBudget budget)
    {
        var configuration = new LoaderConfiguration(root, budget);
        configuration.ReadFile(s_main);
        return configuration._directories;
    }

    /// <summary>
    /// The same, preceded by the lines of the hooks' own drop-ins that /etc/ld.so.conf does not reach: without them an image that includes no drop-ins
    /// would leave the driver unusable (HK-77).
    /// </summary>
    /// <param name="root">The container.</param>
    /// <param name="budget">What reading it costs.</param>
    /// <param name="hasCompat">Whether a compatibility folder was chosen for this start.</param>
    internal static List<byte[]> ReadWithDropIns(ContainerRoot root, WorkBudget budget, out bool hasCompat)
    {
        var configuration = new LoaderConfiguration(root, budget);
        configuration.ReadFile(s_main);
        List<byte[]> reached = configuration._directories;
        configuration._directories = [];
        hasCompat = false;
        // With limits of their own: what the image includes cannot use them up.
        configuration._glob = new ContainerGlob(root, budget);
        budget.Begin("the hooks' own drop-ins", Share);
        foreach (string pattern in (ReadOnlySpan<string>)["00-compat-*.conf", "00-nvcr-*.conf"])
        {
            foreach (ContainerPath path in configuration._glob.Expand(DropIn.Folder.Child(Encoding.ASCII.GetBytes(pattern))))
            {
                hasCompat |= pattern[3] == 'c';
                configuration.ReadFile(path);
            }
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
        if (!_budget.Spend(WorkBudget.Lookup) || !_root.TryLookup(path, followLast: true, out Descriptor? entry, out _))
            return;
        using (entry)
        {
            FileStatus status = entry!.Status();
            // Each file once, or one that includes itself twice would never end (HK-75).
            if (status.Kind != FileKind.Regular || _read.Contains((status.Device, status.Inode)))
                return;
            if (_read.Count >= MaximumFiles)
            {
                Log.Warning($"skipping {path} in the container: it is one of more than {MaximumFiles} files of the dynamic loader's configuration");
                return;
            }
            if (_held + status.Size > MaximumHeld && status.Size <= MaximumFile)
            {
                Log.Warning($"skipping {path} in the container: it and the files that include it are larger than {MaximumHeld} bytes together");
                return;
            }
            _read.Add((status.Device, status.Inode));
            if (status.Size <= MaximumFile && !_budget.Spend(WorkBudget.Read + WorkBudget.OfBytes(status.Size)))
                return;
            if (ContainerFile.TryRead(entry, status, MaximumFile, out byte[] bytes, out Errno error))
                ParseHeld(bytes, path);
            else
                Log.Warning($"skipping {path} in the container: {error.Describe()}");
        }
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
        var configuration = new LoaderConfiguration(root, new WorkBudget());
        configuration.Parse(text, s_main);
        return configuration._directories;
    }
}
