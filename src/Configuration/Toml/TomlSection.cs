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

/// <summary>The look of new sections in a text that has others.</summary>
/// <param name="HeaderStep">Indentation of a header below the one above it.</param>
/// <param name="KeyStep">Indentation of keys below their header.</param>
/// <param name="Gap">What stands before each header: a line end or nothing.</param>
/// <param name="NewLine">The line end.</param>
internal sealed record TomlSectionLayout(string HeaderStep, string KeyStep, string Gap, string NewLine)
{
    /// <summary>Appends a table with the tables below it; one that holds only other tables gets no header of its own.</summary>
    public void AppendTable(StringBuilder text, string[] path, TomlTable table, string indent)
    {
        bool hasKeys = table.Entries.Exists(entry => !TomlText.IsSection(entry.Value));
        if (hasKeys || table.Entries.Count == 0)
            AppendHeader(text, indent, "[", path, "]");
        AppendBody(text, path, table, indent, hasKeys || table.Entries.Count == 0 ? indent + HeaderStep : indent);
    }

    /// <summary>Appends an array of tables.</summary>
    public void AppendArray(StringBuilder text, string[] path, TomlArray array, string indent)
    {
        foreach (TomlValue item in array.Items)
        {
            AppendHeader(text, indent, "[[", path, "]]");
            AppendBody(text, path, (TomlTable)item, indent, indent + HeaderStep);
        }
    }

    private void AppendHeader(StringBuilder text, string indent, string open, string[] path, string close) =>
        text.Append(Gap).Append(indent).Append(open).Append(TomlKeys.Path(path)).Append(close).Append(NewLine);

    private void AppendBody(StringBuilder text, string[] path, TomlTable table, string indent, string inner)
    {
        foreach (TomlEntry entry in table.Entries)
        {
            if (!TomlText.IsSection(entry.Value))
                text.Append(indent).Append(KeyStep).Append(TomlKeys.Key(entry.Name)).Append(" = ").Append(TomlText.Value(entry.Value)).Append(NewLine);
        }
        foreach (TomlEntry entry in table.Entries)
        {
            string[] below = [.. path, entry.Name];
            if (entry.Value is TomlTable next)
                AppendTable(text, below, next, inner);
            else if (TomlText.IsSection(entry.Value))
                AppendArray(text, below, (TomlArray)entry.Value, inner);
        }
    }
}
