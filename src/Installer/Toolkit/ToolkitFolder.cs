using GpuContainers.Linux.Processes;

namespace GpuContainers.Installer.Toolkit;

/// <summary>
/// The folder of the installed programs. All new files are written beside their names first; then each takes its name at once, and what is left of an
/// older version goes last. So at no moment is there a node without a runtime, whenever the program is interrupted.
/// </summary>
/// <param name="path">The folder.</param>
internal sealed class ToolkitFolder(string path)
{
    private const UnixFileMode FolderMode = FileModes.PublicFolder;
    private const string Staging = ".new";

    // What this program keeps here for itself between two runs.
    private static readonly string[] s_kept = [InstallState.FolderName];

    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>A file or link that the folder shall hold: content and mode, or the link's target.</summary>
    private sealed record Entry(byte[] Content, UnixFileMode Mode, string? Target = null);

    private string StagingPath => LexicalPath.Join(path, Staging);

    /// <summary>
    /// Makes the folder this user's alone, whoever made it: a link of its name and links in it that lead to no file are removed, not followed, and so are
    /// the folders in it that others can change. A missing folder stays missing.
    /// </summary>
    /// <exception cref="LinuxException">Something cannot be changed or removed.</exception>
    public static void Secure(string path)
    {
        if (!HostFile.TryStatus(path, followLinks: false, out FileStatus status))
            return;
        if (status.Kind != FileKind.Directory)
        {
            Drop(path);
            return;
        }
        if (HostDirectory.TakeOver(path))
            Log.Warning($"others could write {path}; from now on only its owner can");
        SecureInside(path);
    }

    /// <summary>Adds a copy of a file with its mode.</summary>
    /// <exception cref="LinuxException">It cannot be read.</exception>
    public void AddCopy(string name, string source)
    {
        if (!HostFile.TryStatus(source, followLinks: true, out FileStatus status, out Errno error))
            throw new LinuxException(error, "open", source);
        _entries[name] = new Entry(HostFile.ReadAll(source, status.Size), status.Mode);
    }

    /// <summary>Adds a text.</summary>
    public void AddText(string name, string text, UnixFileMode mode) => _entries[name] = new Entry(Encoding.UTF8.GetBytes(text), mode);

    /// <summary>Adds a symbolic link, relative to the folder.</summary>
    public void AddLink(string name, string target) => _entries[name] = new Entry([], 0, target);

    /// <summary>Makes the folder hold what was added and nothing else.</summary>
    /// <param name="last">The name that appears last: when it is there, everything it needs is there.</param>
    /// <returns>How many files and links were made, replaced or removed.</returns>
    /// <exception cref="LinuxException">A step failed. As long as not everything was written, nothing has changed.</exception>
    public int Apply(string last)
    {
        bool isNew = !HostFile.IsDirectory(path);
        HostDirectory.Create(path, FolderMode);
        try
        {
            HostDirectory.RemoveTree(StagingPath);
            List<string> changed = [.. _entries.Keys.Where(IsDifferent).OrderBy(name => name == last)];
            Stage(changed);
            foreach (string name in changed)
                Move(name);
            HostDirectory.RemoveTree(StagingPath);
            return changed.Count + RemoveOthers("");
        }
        catch (LinuxException)
        {
            HostDirectory.RemoveTree(StagingPath);
            if (isNew && HostDirectory.Names(path).Count == 0)
                HostDirectory.RemoveTree(path);
            throw;
        }
    }

    private static void SecureInside(string folder)
    {
        foreach (string name in HostDirectory.Names(folder))
        {
            string inner = LexicalPath.Join(folder, name);
            if (!HostFile.TryStatus(inner, followLinks: false, out FileStatus status))
                continue;
            // Files are compared and replaced without a moment in which they are missing (IN-40).
            if (status.Kind == FileKind.Directory && IsOwn(status) && (status.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) == 0)
                SecureInside(inner);
            else if (status.Kind == FileKind.Directory || (status.Kind == FileKind.Link && !HostFile.IsFile(inner)))
                Drop(inner);
        }
    }

    private static bool IsOwn(in FileStatus status) => status.Uid == ProcessCredentials.EffectiveUser;

    private static void Drop(string path)
    {
        Log.Warning($"{path} is a link that leads to no file, or a folder that others can change; it is removed");
        HostDirectory.RemoveTree(path);
    }

    private bool IsDifferent(string name)
    {
        Entry entry = _entries[name];
        string file = LexicalPath.Join(path, name);
        if (!HostFile.TryStatus(file, followLinks: false, out FileStatus status) || !IsOwn(status))
            return true;
        if (entry.Target is not null)
            return HostFile.ReadLink(file) != entry.Target;
        return status.Kind != FileKind.Regular || status.Mode != entry.Mode || status.Size != entry.Content.Length
            || !HostFile.TryReadAll(file, entry.Content.Length, out byte[] content, out _) || !content.AsSpan().SequenceEqual(entry.Content);
    }

    private void Stage(List<string> names)
    {
        foreach (string name in names)
        {
            string file = LexicalPath.Join(StagingPath, name);
            HostDirectory.Create(LexicalPath.Parent(file), FolderMode);
            if (_entries[name] is { Target: { } target })
                HostNodes.ReplaceLink(target, file);
            else
                AtomicFile.Create(file, _entries[name].Content, _entries[name].Mode);
        }
    }

    private void Move(string name)
    {
        string target = LexicalPath.Join(path, name);
        HostDirectory.Create(LexicalPath.Parent(target), FolderMode);
        // Only a folder cannot be replaced by a file.
        if (HostFile.TryStatus(target, followLinks: false, out FileStatus status) && status.Kind == FileKind.Directory)
            HostDirectory.RemoveTree(target);
        HostFile.Rename(LexicalPath.Join(StagingPath, name), target);
    }

    // Whatever is not the toolkit's: programs, libraries and wrappers of an older version.
    private int RemoveOthers(string folder)
    {
        int removed = 0;
        foreach (string name in HostDirectory.Names(LexicalPath.Join(path, folder)))
        {
            string inner = folder.Length == 0 ? name : folder + "/" + name;
            if (_entries.ContainsKey(inner) || (folder.Length == 0 && s_kept.Contains(name)))
                continue;
            if (_entries.Keys.Any(kept => kept.StartsWith(inner + "/", StringComparison.Ordinal)))
            {
                removed += RemoveOthers(inner);
                continue;
            }
            HostDirectory.RemoveTree(LexicalPath.Join(path, inner));
            removed++;
        }
        return removed;
    }
}
