namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>Expands patterns to paths that exist in a container, within limits for all patterns together (HK-93).</summary>
/// <param name="root">The container.</param>
/// <param name="budget">What looking at names costs.</param>
/// <param name="files">Keeps the names of directories that were listed.</param>
internal sealed class ContainerGlob(ContainerRoot root, WorkBudget budget, LoaderFiles files)
{
    private const int MaximumMatches = 4096;
    private const int MaximumDirectories = 4096;
    private const int MaximumPattern = 4095;

    // Of the names that are held at a time, and of all paths that are found: directories of long names may be nested deeply (SEC-23).
    private const int MaximumNameBytes = 4 << 20;
    private const int MaximumFoundBytes = 1 << 20;

    private int _matches;
    private int _directories;
    private int _nameBytes;
    private int _foundBytes;
    private bool _warned;

    private bool IsSpent => _matches >= MaximumMatches || _foundBytes >= MaximumFoundBytes || _directories >= MaximumDirectories;

    /// <summary>The matches of one absolute pattern, in the order of their bytes; none when nothing matches (HK-74).</summary>
    internal List<ContainerPath> Expand(ContainerPath pattern)
    {
        var found = new List<ContainerPath>();
        // No file has a longer path, and the time that a pattern takes grows with its length.
        if (pattern.Bytes.Length > MaximumPattern)
            return found;
        if (IsSpent)
            WarnOnce();
        if (IsSpent || !budget.Spend(WorkBudget.OfPattern(pattern.Bytes.Length)))
            return found;
        var parts = new List<Component>();
        foreach (Range part in pattern.Bytes.Split((byte)'/'))
        {
            if (!pattern.Bytes[part].IsEmpty)
                parts.Add(Component.From(pattern.Bytes[part].ToArray()));
        }
        Descend(ContainerPath.From("/"u8), parts, 0, isListed: false, found);
        // By whole paths: "a-b/x" stands before "a/x", though "a" stands before "a-b".
        found.Sort(static (a, b) => a.Bytes.SequenceCompareTo(b.Bytes));
        return found;
    }

    // Listed: the directory above holds the name.
    private void Descend(ContainerPath at, List<Component> parts, int next, bool isListed, List<ContainerPath> found)
    {
        while (next < parts.Count && parts[next].Pattern is null)
        {
            at = at.Child(parts[next++].Text);
            isListed = false;
        }
        if (IsSpent)
        {
            WarnOnce();
            return;
        }
        if (!budget.Spend(WorkBudget.Lookup))
            return;
        if (next == parts.Count)
        {
            if (!isListed && !Exists(at))
                return;
            _matches++;
            _foundBytes += at.Bytes.Length;
            found.Add(at);
            return;
        }
        List<byte[]> names = Names(at, parts[next], out int bytes);
        foreach (byte[] name in names)
            Descend(at.Child(name), parts, next + 1, isListed: true, found);
        _nameBytes -= bytes;
    }

    private bool Exists(ContainerPath path)
    {
        if (!root.TryLookup(path, followLast: false, out Descriptor? entry, out _))
            return false;
        entry!.Dispose();
        return true;
    }

    private void WarnOnce()
    {
        if (!_warned)
            Log.Warning(
                $"the dynamic loader's configuration in the container includes more than {MaximumMatches} files or looks into more than " +
                $"{MaximumDirectories} directories: the rest is skipped");
        _warned = true;
    }

    private List<byte[]> Names(ContainerPath at, Component pattern, out int bytes)
    {
        var names = new List<byte[]>();
        int before = _nameBytes;
        if (files.NamesIn(at) is { } known)
        {
            _directories++;
            foreach (byte[] name in known)
            {
                if (!Match(name, pattern, names))
                    break;
            }
            KeepFirst(names);
        }
        else if (root.TryOpenDirectory(at, out ContainerDirectory? folder, out _))
        {
            _directories++;
            using (folder)
                List(folder!, pattern, names);
            KeepFirst(names);
        }
        bytes = _nameBytes - before;
        return names;
    }

    private void List(ContainerDirectory folder, Component pattern, List<byte[]> names)
    {
        var all = new List<byte[]>();
        bool isWhole = true;
        try
        {
            folder.Visit((name, kind) =>
            {
                if (all.Count <= LoaderFiles.MaximumNames)
                    all.Add(name.ToArray());
                return isWhole = Match(name, pattern, names);
            });
        }
        catch (LinuxException error)
        {
            isWhole = false;
            Log.Warning($"cannot list {folder.Path} in the container: {error.Errno.Describe()}");
        }
        if (isWhole)
            files.KeepNames(folder.Path, all);
    }

    // Takes a name that matches; whether more may follow.
    private bool Match(ReadOnlySpan<byte> name, Component pattern, List<byte[]> names)
    {
        if (!budget.Spend(WorkBudget.OfMatch(pattern.Text.Length, name.Length)))
            return false;
        if (pattern.Pattern!.IsMatch(name))
        {
            names.Add(name.ToArray());
            _nameBytes += name.Length;
        }
        if (names.Count > 2 * MaximumMatches || _nameBytes > MaximumNameBytes)
            KeepFirst(names);
        return _nameBytes <= MaximumNameBytes;
    }

    // Of a directory with a million names only the first ones in order are held.
    private void KeepFirst(List<byte[]> names)
    {
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        for (int i = names.Count - 1; i >= MaximumMatches; i--)
            _nameBytes -= names[i].Length;
        if (names.Count <= MaximumMatches && _nameBytes <= MaximumNameBytes)
            return;
        WarnOnce();
        if (names.Count > MaximumMatches)
            names.RemoveRange(MaximumMatches, names.Count - MaximumMatches);
    }

    // One component of a pattern, prepared once for all directories; without a pattern it is a name.
    private readonly record struct Component(byte[] Text, GlobPattern? Pattern)
    {
        internal static Component From(byte[] text) => new(text, GlobPattern.HasMeta(text) ? new GlobPattern(text, GlobDialect.Posix) : null);
    }
}
