namespace GpuContainers.Configuration.Toml;

/// <summary>One section of a TOML text: a header and the key lines below it.</summary>
/// <param name="Path">The keys of the header.</param>
/// <param name="Start">Where the line of the header begins.</param>
/// <param name="HeaderEnd">One past the line of the header.</param>
/// <param name="ContentEnd">One past the last key line; the header's end when there is none. Comments that follow do not count.</param>
/// <param name="FirstKey">Where the line of the first key begins; -1 when there is none.</param>
/// <param name="LastKey">Where the line of the last key begins; -1 when there is none.</param>
internal sealed record TomlSection(IReadOnlyList<string> Path, int Start, int HeaderEnd, int ContentEnd, int FirstKey, int LastKey)
{
    /// <summary>Whether the section belongs to the table of this path or to one below it.</summary>
    public bool IsWithin(ReadOnlySpan<string> path)
    {
        if (Path.Count < path.Length)
            return false;
        for (int i = 0; i < path.Length; i++)
        {
            if (Path[i] != path[i])
                return false;
        }
        return true;
    }
}
