using System.Globalization;

namespace GpuContainers.Engines.Files;

/// <summary>
/// The folder of all backups: one JSON file for each command that changed something, numbered in their order. It lies apart from the engines'
/// folders, because CRI-O reads every file that it finds in its own.
/// </summary>
/// <param name="path">The folder; made when the first backup is.</param>
public sealed class BackupFolder(string path)
{
    // Enough to go back a while, and never a growing heap.
    private const int Kept = 16;
    private const string Suffix = ".json";

    /// <summary>The folder that is used when the user names none: of the machine for root, of the user for others.</summary>
    public static string Usual()
    {
        const string name = "nvidia-container-toolkit/backups";
        if (Environment.IsPrivilegedProcess)
            return "/var/lib/" + name;
        string? state = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
        return LexicalPath.Join(
            string.IsNullOrEmpty(state) ? LexicalPath.Join(Environment.GetEnvironmentVariable("HOME") ?? "/", ".local/state") : state, name);
    }

    /// <summary>Makes a set of changes, and a backup first. A machine whose backup cannot be written still gets its changes, after a warning.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="configPath">The top-level file that is configured.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="keepsFirst">Whether an earlier backup that still fits is continued, so that taking it back leads to what was there before all of
    /// them.</param>
    /// <param name="mayLoseMetadata">Whether a file is replaced even if its owner or attributes cannot be kept.</param>
    /// <exception cref="EngineException">Nothing was changed.</exception>
    public void Apply(string engine, string configPath, ChangeSet changes, bool keepsFirst = false, bool mayLoseMetadata = false)
    {
        if (changes.Changes.Count == 0)
            return;
        Backup? earlier = keepsFirst ? Fitting(engine, configPath) : null;
        string? saved = TrySave(engine, configPath, changes, earlier);
        try
        {
            changes.Apply(mayLoseMetadata);
        }
        catch (EngineException)
        {
            // Nothing was changed, so there is nothing to undo.
            if (saved is not null)
                _ = HostFile.Delete(saved);
            throw;
        }
        // What came before is in the new one, or does not fit any more.
        if (saved is not null && keepsFirst)
        {
            foreach (Backup old in All(engine, configPath).Where(backup => backup.Location != saved).ToList())
                old.Delete();
        }
    }

    /// <summary>The latest backup of an engine's configuration that still fits what the files hold, or null.</summary>
    /// <exception cref="EngineException">A backup cannot be read.</exception>
    public Backup? Fitting(string engine, string configPath) => All(engine, configPath).FirstOrDefault(backup => backup.Fits());

    /// <summary>Keeps what a set of changes will replace, before it is made. The files may hold secrets, so only the owner can read them.</summary>
    /// <param name="engine">The engine's name.</param>
    /// <param name="configPath">The top-level file that is configured.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="earlier">A backup that this one continues, or null.</param>
    /// <returns>The file of the backup.</returns>
    /// <exception cref="LinuxException">The backup could not be written.</exception>
    public string Save(string engine, string configPath, ChangeSet changes, Backup? earlier = null)
    {
        HostDirectory.Create(path, FileModes.PrivateFolder);
        List<int> numbers = Numbers();
        int number = numbers.Count == 0 ? 1 : numbers[^1] + 1;
        byte[] backup = BackupJson.Write(engine, configPath, Continue(earlier, changes), [.. (earlier?.Folders ?? []).Union(changes.MissingFolders())]);
        AtomicFile.Create(File(number), backup, FileModes.PrivateFile, overwrite: false);
        foreach (int old in numbers.Take(numbers.Count + 1 - Kept))
            _ = HostFile.Delete(File(old));
        return File(number);
    }

    /// <summary>The latest backup of an engine's configuration, or null.</summary>
    /// <exception cref="EngineException">A backup cannot be read.</exception>
    public Backup? Latest(string engine, string configPath) => All(engine, configPath).FirstOrDefault();

    /// <summary>All backups, the latest first; each is read when its turn comes.</summary>
    /// <exception cref="EngineException">A backup cannot be read.</exception>
    public IEnumerable<Backup> All() => Enumerable.Reverse(Numbers()).Select(number => BackupJson.Read(File(number)));

    private IEnumerable<Backup> All(string engine, string configPath) =>
        All().Where(backup => backup.Engine == engine && backup.ConfigPath == Path.GetFullPath(configPath));

    private string? TrySave(string engine, string configPath, ChangeSet changes, Backup? earlier)
    {
        try
        {
            return Save(engine, configPath, changes, earlier);
        }
        catch (LinuxException failure)
        {
            Log.Warning($"no backup could be made, so --undo cannot take back this change: {failure.Message}");
            return null;
        }
    }

    private static List<BackupFile> Continue(Backup? earlier, ChangeSet changes)
    {
        List<BackupFile> files = [.. changes.Changes.Select(BackupFile.From)];
        foreach (BackupFile old in earlier?.Files ?? [])
        {
            int same = files.FindIndex(file => file.Target == old.Target);
            if (same < 0)
                files.Add(old with { After = EngineFile.Read(old.Target).Content });
            else
                files[same] = files[same] with { Before = old.Before, Metadata = old.Metadata };
        }
        return files;
    }

    private string File(int number) => LexicalPath.Join(path, number.ToString("d6", CultureInfo.InvariantCulture) + Suffix);

    private List<int> Numbers()
    {
        if (!HostDirectory.TryNames(path, out IReadOnlyList<string> names, out Errno error) && error != Errno.ENOENT)
            throw new LinuxException(error, "open", path);
        return [.. names.Select(NumberOf).Where(number => number > 0).Order()];
    }

    private static int NumberOf(string name) =>
        name.EndsWith(Suffix, StringComparison.Ordinal) && int.TryParse(name[..^Suffix.Length], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : 0;
}
