namespace GpuContainers.Host.Tegra;

/// <summary>The csv files in which a Tegra system names what its containers need.</summary>
public static class CsvFiles
{
    /// <summary>Where a Tegra system has them.</summary>
    public const string DefaultFolder = "/etc/nvidia-container-runtime/host-files-for-container.d";

    /// <summary>The names of the three files that every system has, in their order.</summary>
    public static readonly IReadOnlyList<string> BaseNames = ["devices.csv", "drivers.csv", "l4t.csv"];

    // Fifty times what the largest of a real system has; a debug log gets a line for each line that is not an entry (SEC-27).
    private const long MaximumSize = 1 << 20;

    /// <summary>The three files in their usual place.</summary>
    public static IReadOnlyList<string> Default => [.. BaseNames.Select(static name => LexicalPath.Join(DefaultFolder, name))];

    /// <summary>The csv files in a folder, in the order of their names; null, with a warning unless it is missing, when there are none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="all">Whether to take more than the three files that every system has.</param>
    public static IReadOnlyList<string>? Choose(string folder, bool all)
    {
        if (!HostDirectory.TryNames(folder, out IReadOnlyList<string> names, out Errno error))
        {
            if (error != Errno.ENOENT)
                Log.Warning($"Failed to get the list of CSV files: open {folder}: {error.Describe()}");
            return null;
        }
        var files = new List<string>();
        foreach (string name in names)
        {
            string path = LexicalPath.Join(folder, name);
            bool isCsv = name.Length > 4 && name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
            if (isCsv && (all || BaseNames.Contains(name)) && HostFile.TryStatus(path, followLinks: false, out FileStatus status)
                && status.Kind != FileKind.Directory)
                files.Add(path);
        }
        return files.Count == 0 ? null : files;
    }

    /// <summary>The entries of several files, in their order; what cannot be read or has no entry is skipped with a warning.</summary>
    public static IReadOnlyList<CsvEntry> Read(IReadOnlyList<string> files)
    {
        var all = new List<CsvEntry>();
        foreach (string file in files)
        {
            if (!HostFile.TryReadAll(file, MaximumSize, out byte[] text, out Errno error))
            {
                Log.Warning($"Skipping CSV file {file}: failed to parse CSV file: open {file}: {error.Describe()}");
                continue;
            }
            IReadOnlyList<CsvEntry> entries = Parse(text);
            if (entries.Count == 0)
                Log.Warning($"Skipping CSV file {file}: CSV file is empty");
            all.AddRange(entries);
        }
        return all;
    }

    /// <summary>The entries of one file's text, line by line: <c>kind,path</c>, both trimmed; other lines are left out.</summary>
    public static IReadOnlyList<CsvEntry> Parse(ReadOnlySpan<byte> text)
    {
        var entries = new List<CsvEntry>();
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            int comma = line.IndexOf(',');
            CsvEntryKind? kind = comma < 0 ? null : line[..comma].Trim() switch
            {
                "dev" => CsvEntryKind.Device,
                "dir" => CsvEntryKind.Directory,
                "lib" => CsvEntryKind.Library,
                "sym" => CsvEntryKind.Symlink,
                _ => null,
            };
            string path = line[(comma + 1)..].Trim();
            if (kind is { } known && path.Length > 0 && !path.Contains('\0'))
                entries.Add(new CsvEntry(known, path));
            else if (line.AsSpan().Trim().Length > 0)
                Log.Debug($"skipping csv line {line}");
        }
        return entries;
    }
}

/// <summary>One entry of a Tegra csv file.</summary>
/// <param name="Kind">What it names.</param>
/// <param name="Path">The path inside the driver root, perhaps a glob.</param>
public sealed record CsvEntry(CsvEntryKind Kind, string Path);

/// <summary>What an entry of a Tegra csv file names.</summary>
public enum CsvEntryKind
{
    /// <summary><c>dev</c>: a device node.</summary>
    Device,

    /// <summary><c>dir</c>: a folder.</summary>
    Directory,

    /// <summary><c>lib</c>: a library.</summary>
    Library,

    /// <summary><c>sym</c>: a symbolic link.</summary>
    Symlink,
}
