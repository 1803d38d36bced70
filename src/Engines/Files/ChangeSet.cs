namespace GpuContainers.Engines.Files;

/// <summary>All changes of one command: made together or not at all.</summary>
/// <param name="changes">The files with what they shall hold, in the order of writing.</param>
public sealed class ChangeSet(IEnumerable<FileChange> changes)
{
    /// <summary>The files that differ from what they shall hold, in the order of writing.</summary>
    public IReadOnlyList<FileChange> Changes { get; } = [.. changes.Where(change => change.IsChange)];

    /// <summary>A unified diff of all files, as patch -p1 in the root directory takes it; empty when nothing changes.</summary>
    public string Diff() =>
        string.Concat(Changes.Select(change => UnifiedDiff.Between(Path.GetFullPath(change.File.Path), change.File.Content, change.Content)));

    /// <summary>The folders that will have to be made, outermost first.</summary>
    internal IReadOnlyList<string> MissingFolders()
    {
        var missing = new List<string>();
        foreach (FileChange change in Changes.Where(change => change.Content is not null))
        {
            for (string folder = LexicalPath.Parent(Path.GetFullPath(change.File.Path)); !HostFile.IsDirectory(folder); folder = LexicalPath.Parent(folder))
                missing.Add(folder);
        }
        return [.. missing.Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>Makes the changes. When one fails, those before it are taken back.</summary>
    /// <param name="mayLoseMetadata">Whether a file is replaced even if its owner or attributes cannot be kept.</param>
    /// <exception cref="EngineException">A file was changed by someone else, or cannot be written.</exception>
    public void Apply(bool mayLoseMetadata = false)
    {
        // Before the first file is touched (CT-88).
        foreach (FileChange change in Changes)
            change.File.RequireUnchanged();
        for (int i = 0; i < Changes.Count; i++)
        {
            try
            {
                Changes[i].Apply(mayLoseMetadata);
            }
            catch (LinuxException failure)
            {
                // What someone else saved in the meantime is theirs.
                int last = failure.Errno == Errno.EAGAIN ? i - 1 : i;
                EngineFault fault = failure.Operation == AtomicFile.KeepingMetadata ? EngineFault.Metadata : EngineFault.Value;
                throw new EngineException(fault, failure.Message + Restore(last), failure);
            }
        }
    }

    // The file that failed is restored as well: one that had to be written in place may hold a part of the new content.
    private string Restore(int last)
    {
        string problems = "";
        for (int i = last; i >= 0; i--)
        {
            try
            {
                Changes[i].Restore();
            }
            catch (LinuxException failure)
            {
                problems += $"; {Changes[i].File.Path} could not be restored: {failure.Message}";
            }
        }
        return problems;
    }
}

/// <summary>A file with what it shall hold.</summary>
/// <param name="File">The file as it was read.</param>
/// <param name="Content">Its new content; null when it shall not exist.</param>
public sealed record FileChange(EngineFile File, byte[]? Content)
{
    /// <summary>Mode, owner and attributes for a file that does not exist; null for the usual ones.</summary>
    public FileMetadata? NewFileMetadata { get; init; }

    /// <summary>Whether it is a change at all: what stays as it is, is not touched.</summary>
    public bool IsChange => Content is null ? File.Content is not null : File.Content is null || !Content.AsSpan().SequenceEqual(File.Content);

    /// <summary>Writes or removes the file (CT-41, CT-42, CT-44).</summary>
    /// <param name="mayLoseMetadata">Whether it is written even if its owner or attributes cannot be kept.</param>
    /// <exception cref="LinuxException">A step failed.</exception>
    internal void Apply(bool mayLoseMetadata)
    {
        if (Content is null)
        {
            Remove();
            return;
        }
        // Engines that were never configured have no folder yet (CT-41).
        HostDirectory.Create(LexicalPath.Parent(File.Path), FileModes.PublicFolder);
        Write(Content, NewFileMetadata, File.Status, mayLoseMetadata);
        // CRI-O takes whatever lies in its folder for configuration, the half of a file that a killed run has left there included (CT-203).
        string folder = LexicalPath.Parent(File.Target);
        AtomicFile.RemoveLeftovers(folder);
        if (File.IsDropIn)
            AtomicFile.RemoveLeftovers(LexicalPath.Parent(folder));
    }

    /// <summary>Gives the file the content that it had when it was read.</summary>
    /// <exception cref="LinuxException">A step failed.</exception>
    internal void Restore()
    {
        if (File.Content is null)
            Remove();
        else if (!HostFile.TryReadAll(File.Target, File.Content.Length, out byte[] now, out _) || !now.AsSpan().SequenceEqual(File.Content))
            Write(File.Content, File.Metadata, null, mayLoseMetadata: false);
    }

    // Always what a link led to when it was read: the link itself is the administrator's (CT-193).
    private void Write(byte[] content, FileMetadata? metadata, FileStatus? unchangedSince, bool mayLoseMetadata) =>
        AtomicFile.Replace(File.Target, content, new ReplaceSettings
        {
            NewFileMetadata = metadata,
            UnchangedSince = unchangedSince,
            IsInReadFolder = File.IsDropIn,
            MayLoseMetadata = mayLoseMetadata,
        });

    // A file that is absent already counts as removed (CT-42).
    private void Remove()
    {
        Errno error = HostFile.Delete(File.Target);
        if (error is not (Errno.None or Errno.ENOENT))
            throw new LinuxException(error, "unable to remove empty file: remove", File.Target);
    }
}
