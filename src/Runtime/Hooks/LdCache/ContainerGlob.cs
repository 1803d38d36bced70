using GpuContainers.Diagnostics;
using GpuContainers.Linux;
using GpuContainers.Linux.Files;
using GpuContainers.Linux.Paths;
using GpuContainers.Linux.Roots;

namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>Expands patterns to paths that exist in a container, within limits for all patterns together (HK-93).</summary>
internal sealed class ContainerGlob(ContainerRoot root)
{
    private const int MaximumMatches = 4096;
    private const int MaximumDirectories = 4096;
    private const int MaximumPattern = 4095;

    // Of paths and directories that were looked for, whether they were there or not (SEC-16).
    private const int MaximumLookups = 65536;

    private int _matches;
    private int _directories;
    private int _lookups;
    private bool _warned;

    private bool IsSpent => _matches >= MaximumMatches || _directories >= MaximumDirectories || _lookups >= MaximumLookups;

    /// <summary>The matches of one absolute pattern, in the order of their bytes; none when nothing matches (HK-74).</summary>
    internal List<ContainerPath> Expand(ContainerPath pattern)
    {
        var found = new List<ContainerPath>();
        // No file has a longer path, and the time that a pattern takes grows with its length.
        if (pattern.Bytes.Length > MaximumPattern)
            return found;
        if (IsSpent)
        {
            WarnOnce();
            return found;
        }
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
        _lookups++;
        if (next == parts.Count)
        {
            if (!isListed && !Exists(at))
                return;
            _matches++;
            found.Add(at);
            return;
        }
        foreach (byte[] name in Names(at, parts[next].Pattern!))
            Descend(at.Child(name), parts, next + 1, isListed: true, found);
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
                $"{MaximumDirectories} directories or for more than {MaximumLookups} paths: the rest is skipped");
        _warned = true;
    }

    private List<byte[]> Names(ContainerPath at, GlobPattern pattern)
    {
        var names = new List<byte[]>();
        if (!root.TryOpenDirectory(at, out ContainerDirectory? folder, out _))
            return names;
        _directories++;
        using (folder)
        {
            try
            {
                folder!.Visit((name, kind) =>
                {
                    if (pattern.IsMatch(name))
                        names.Add(name.ToArray());
                    if (names.Count > 2 * MaximumMatches)
                        KeepFirst(names);
                    return true;
                });
            }
            catch (LinuxException error)
            {
                Log.Warning($"cannot list {at} in the container: {error.Errno.Describe()}");
            }
        }
        KeepFirst(names);
        return names;
    }

    // Of a directory with a million names only the first ones in order are held.
    private void KeepFirst(List<byte[]> names)
    {
        names.Sort(static (a, b) => a.AsSpan().SequenceCompareTo(b));
        if (names.Count <= MaximumMatches)
            return;
        WarnOnce();
        names.RemoveRange(MaximumMatches, names.Count - MaximumMatches);
    }

    // One component of a pattern, prepared once for all directories; without a pattern it is a name.
    private readonly record struct Component(byte[] Text, GlobPattern? Pattern)
    {
        internal static Component From(byte[] text) => new(text, GlobPattern.HasMeta(text) ? new GlobPattern(text, GlobDialect.Posix) : null);
    }
}
