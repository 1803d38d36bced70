using Tomlyn.Syntax;

namespace GpuContainers.Configuration.Toml;

/// <summary>A TOML table: keys with values, in the order of the text.</summary>
public sealed class TomlTable : TomlValue
{
    /// <summary>The keys with their values in the order in which they stand.</summary>
    public List<TomlEntry> Entries { get; } = [];

    /// <summary>The sections of the text that begin with this table's header; none for an inline table and for one that only headers of others imply.</summary>
    internal List<TableSyntaxBase> Sections { get; } = [];

    /// <summary>Whether the table is written in braces.</summary>
    internal bool IsInline { get; set; }

    /// <summary>Whether the table exists because of a dotted key (<c>a.b = 1</c>), so that it may get no header of its own.</summary>
    internal bool IsDotted { get; set; }

    /// <inheritdoc/>
    public override string TypeName => "table";

    /// <summary>The value of a key, or null if there is none of exactly this name.</summary>
    public TomlValue? this[string name] => Entry(name)?.Value;

    /// <summary>The value at the end of a path of keys, or null if a key is missing or something before the last is not a table.</summary>
    public TomlValue? Find(params ReadOnlySpan<string> path)
    {
        TomlValue? value = this;
        foreach (string name in path)
            value = (value as TomlTable)?[name];
        return value;
    }

    /// <summary>Sets a key, in place of an earlier value or as the last.</summary>
    public void Set(string name, TomlValue value)
    {
        int index = Entries.FindIndex(entry => entry.Name == name);
        var entry = new TomlEntry(name, value);
        if (index < 0)
            Entries.Add(entry);
        else
            Entries[index] = entry;
    }

    /// <summary>Removes a key; false when there was none.</summary>
    public bool Remove(string name) => Entries.RemoveAll(entry => entry.Name == name) > 0;

    /// <summary>The table at the end of a path; missing ones are made.</summary>
    /// <exception cref="ConfigurationException">Something on the path is not a table.</exception>
    public TomlTable Descend(params ReadOnlySpan<string> path)
    {
        TomlTable table = this;
        for (int i = 0; i < path.Length; i++)
        {
            TomlValue? value = table[path[i]];
            if (value is null)
                table.Set(path[i], value = new TomlTable());
            table = value as TomlTable ?? throw NotATable(path[..(i + 1)], value);
        }
        return table;
    }

    /// <inheritdoc/>
    public override TomlValue Copy()
    {
        var copy = new TomlTable();
        foreach (TomlEntry entry in Entries)
            copy.Entries.Add(new TomlEntry(entry.Name, entry.Value.Copy()));
        return copy;
    }

    /// <inheritdoc/>
    public override bool SameAs(TomlValue other)
    {
        if (other is not TomlTable table || table.Entries.Count != Entries.Count)
            return false;
        foreach (TomlEntry entry in Entries)
        {
            if (table[entry.Name] is not { } value || !entry.Value.SameAs(value))
                return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => "map[" + string.Join(' ', Entries.Select(entry => $"{entry.Name}:{entry.Value}")) + "]";

    /// <summary>The entry of a key, or null if there is none of exactly this name.</summary>
    internal TomlEntry? Entry(string name)
    {
        foreach (TomlEntry entry in Entries)
        {
            if (entry.Name == name)
                return entry;
        }
        return null;
    }

    /// <summary>The error for something that stands where a table must be.</summary>
    internal static ConfigurationException NotATable(ReadOnlySpan<string> path, TomlValue value) => new(
        (value.Line > 0 ? $"({value.Line}, {value.Column}): " : "") +
            $"{TomlKeys.Path(path)} must be a table, but is {value.TypeName} {value}; make it a table or remove it");
}

/// <summary>One key of a table with its value.</summary>
/// <param name="name">The key, without quotes.</param>
/// <param name="value">Its value.</param>
public sealed class TomlEntry(string name, TomlValue value)
{
    /// <summary>The key, without quotes.</summary>
    public string Name { get; } = name;

    /// <summary>Its value.</summary>
    public TomlValue Value { get; } = value;

    /// <summary>The line or inline item of the text that holds it; null for tables with headers and for what was made.</summary>
    internal KeyValueSyntax? Syntax { get; init; }
}
