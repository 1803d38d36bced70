namespace GpuContainers.Configuration.Toml;

/// <summary>Values as one line of TOML 1.0, and whole documents in the form in which new files are written.</summary>
public static class TomlText
{
    /// <summary>A value on one line: basic strings, decimal integers, arrays with ", ", tables in braces.</summary>
    public static string Value(TomlValue value) => value switch
    {
        TomlString text => TomlKeys.Text(text.Value),
        TomlArray array => "[" + string.Join(", ", array.Items.Select(Value)) + "]",
        TomlTable { Entries.Count: 0 } => "{}",
        TomlTable table => "{ " + string.Join(", ", table.Entries.Select(entry => $"{TomlKeys.Key(entry.Name)} = {Value(entry.Value)}")) + " }",
        _ => value.ToString()!,
    };

    /// <summary>
    /// A whole document: in each table first the keys with plain values, then the tables, both in the order of their names' bytes; a header for every
    /// level; a blank line before each header.
    /// </summary>
    /// <param name="root">The content.</param>
    /// <param name="step">The indentation of each level: two blanks for engines' files, none for config.toml.</param>
    public static string Document(TomlTable root, string step = "  ")
    {
        var text = new StringBuilder();
        WriteBody(text, root, [], step);
        return text.ToString();
    }

    private static void WriteBody(StringBuilder text, TomlTable table, string[] path, string step)
    {
        string indent = Indent(path.Length, step);
        TomlEntry[] entries = [.. table.Entries];
        Array.Sort(entries, static (a, b) => CompareBytes(a.Name, b.Name));
        foreach (TomlEntry entry in entries)
        {
            if (!IsSection(entry.Value))
                text.Append(indent).Append(TomlKeys.Key(entry.Name)).Append(" = ").Append(Value(entry.Value)).Append('\n');
        }
        foreach (TomlEntry entry in entries)
        {
            if (entry.Value is TomlTable below)
                WriteSection(text, below, [.. path, entry.Name], step, "[", "]");
            else if (IsSection(entry.Value))
            {
                foreach (TomlValue item in ((TomlArray)entry.Value).Items)
                    WriteSection(text, (TomlTable)item, [.. path, entry.Name], step, "[[", "]]");
            }
        }
    }

    private static void WriteSection(StringBuilder text, TomlTable table, string[] path, string step, string open, string close)
    {
        text.Append('\n').Append(Indent(path.Length - 1, step)).Append(open).Append(TomlKeys.Path(path)).Append(close).Append('\n');
        WriteBody(text, table, path, step);
    }

    private static string Indent(int levels, string step) => string.Concat(Enumerable.Repeat(step, levels));

    /// <summary>Whether a value is written as a section of its own instead of behind its key.</summary>
    internal static bool IsSection(TomlValue value) => value is TomlTable or TomlArray { IsOfTables: true };

    // Byte order of UTF-8, which for UTF-16 text differs from ordinal order above U+FFFF only (CT-46).
    private static int CompareBytes(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));
}

/// <summary>How keys and strings are spelled in TOML.</summary>
public static class TomlKeys
{
    /// <summary>A key as it is written: bare if it consists of letters, digits, "_" and "-", else in double quotes.</summary>
    public static string Key(string name)
    {
        bool bare = name.Length > 0;
        foreach (char c in name)
            bare &= char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
        return bare ? name : Text(name);
    }

    /// <summary>A path of keys as it is written in a header.</summary>
    public static string Path(ReadOnlySpan<string> path)
    {
        var text = new StringBuilder();
        foreach (string name in path)
            text.Append(text.Length == 0 ? "" : ".").Append(Key(name));
        return text.ToString();
    }

    /// <summary>A basic string: double quotes, short escapes where TOML 1.0 has them, \uXXXX for other control characters.</summary>
    public static string Text(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (char c in value)
        {
            switch (c)
            {
                case '\b': text.Append("\\b"); break;
                case '\t': text.Append("\\t"); break;
                case '\n': text.Append("\\n"); break;
                case '\f': text.Append("\\f"); break;
                case '\r': text.Append("\\r"); break;
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case < ' ' or '\u007f': text.Append("\\u").Append(((int)c).ToString("X4")); break;
                default: text.Append(c); break;
            }
        }
        return text.Append('"').ToString();
    }
}
