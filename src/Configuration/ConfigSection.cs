namespace GpuContainers.Configuration;

/// <summary>One table of config.toml while it is read: hands out typed values and remembers which keys were asked for.</summary>
/// <param name="reader">Collects what is wrong.</param>
/// <param name="table">The table.</param>
/// <param name="prefix">The table's path with a dot at its end; empty for the root.</param>
internal sealed class ConfigSection(ConfigReader reader, TomlTable table, string prefix)
{
    private readonly List<TomlEntry> _used = new(table.Entries.Count);

    /// <summary>The text of a key, or the default if the key is absent.</summary>
    public string Text(string name, string byDefault) => OptionalText(name) ?? byDefault;

    /// <summary>The text of a key, or null if the key is absent.</summary>
    public string? OptionalText(string name)
    {
        TomlValue? value = Take(name);
        return value is null ? null : TextOf(value);
    }

    /// <summary>The boolean of a key, or the default if the key is absent.</summary>
    public bool Boolean(string name, bool byDefault) => OptionalBoolean(name) ?? byDefault;

    /// <summary>The boolean of a key, or null if the key is absent.</summary>
    public bool? OptionalBoolean(string name)
    {
        TomlValue? value = Take(name);
        if (value is null or TomlBoolean)
            return (value as TomlBoolean)?.Value;
        reader.WrongType(value, "bool");
        return null;
    }

    /// <summary>The texts of a key, or the default if the key is absent; an empty list stays empty (CF-12).</summary>
    public IReadOnlyList<string> List(string name, IReadOnlyList<string> byDefault)
    {
        TomlValue? value = Take(name);
        if (value is null)
            return byDefault;
        if (value is not TomlArray array)
        {
            reader.WrongType(value, "[]string");
            return byDefault;
        }
        var texts = new List<string>(array.Items.Count);
        foreach (TomlValue item in array.Items)
        {
            if (TextOf(item) is { } text)
                texts.Add(text);
        }
        return texts;
    }

    // No path and no argument can have the character that ends it for the kernel.
    private string? TextOf(TomlValue value)
    {
        if (value is TomlString text && !text.Value.Contains('\0'))
            return text.Value;
        reader.WrongType(value, value is TomlString ? "a string without NUL characters" : "string");
        return null;
    }

    /// <summary>What a table below this one says; the defaults where there is none.</summary>
    /// <param name="name">The table's name.</param>
    /// <param name="defaults">What counts where the table has nothing.</param>
    /// <param name="read">Reads the table's keys over the defaults.</param>
    public T Read<T>(string name, T defaults, Func<ConfigSection, T, T> read)
    {
        TomlValue? value = Take(name);
        if (value is not TomlTable below)
        {
            if (value is not null)
                reader.WrongType(value, "table");
            return defaults;
        }
        var section = new ConfigSection(reader, below, prefix + name + ".");
        T result = read(section, defaults);
        section.Close();
        return result;
    }

    /// <summary>Reports the keys that nobody asked for (CF-13).</summary>
    public void Close()
    {
        if (_used.Count == table.Entries.Count)
            return;
        foreach (TomlEntry entry in table.Entries)
        {
            if (!_used.Contains(entry))
                reader.Unknown(prefix + TomlKeys.Key(entry.Name), entry.Value);
        }
    }

    // The exact name (all our names are lower case), else all upper case (CF-14).
    private TomlValue? Take(string name)
    {
        foreach (TomlEntry entry in table.Entries)
        {
            if (entry.Name == name)
                return Use(entry);
        }
        foreach (TomlEntry entry in table.Entries)
        {
            if (IsUpperCaseOf(entry.Name, name))
                return Use(entry);
        }
        return null;
    }

    private static bool IsUpperCaseOf(string candidate, string name)
    {
        if (candidate.Length != name.Length)
            return false;
        for (int i = 0; i < name.Length; i++)
        {
            if (candidate[i] != char.ToUpperInvariant(name[i]))
                return false;
        }
        return true;
    }

    private TomlValue Use(TomlEntry entry)
    {
        _used.Add(entry);
        return entry.Value;
    }
}
