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
