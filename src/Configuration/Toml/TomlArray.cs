namespace GpuContainers.Configuration.Toml;

/// <summary>A TOML array, or an array of tables (<c>[[name]]</c>).</summary>
public sealed class TomlArray : TomlValue
{
    /// <summary>Makes an array of these items.</summary>
    public TomlArray(params IEnumerable<TomlValue> items) => Items = [.. items];

    /// <summary>The items in order.</summary>
    public List<TomlValue> Items { get; }

    /// <summary>Whether it is written as <c>[[name]]</c> sections instead of one value in brackets.</summary>
    public bool IsOfTables { get; init; }

    /// <inheritdoc/>
    public override string TypeName => "array";

    /// <summary>An array of strings.</summary>
    public static TomlArray From(IEnumerable<string> texts)
    {
        var array = new TomlArray();
        foreach (string text in texts)
            array.Items.Add(new TomlString(text));
        return array;
    }

    /// <inheritdoc/>
    public override TomlValue Copy()
    {
        var copy = new TomlArray { IsOfTables = IsOfTables };
        foreach (TomlValue item in Items)
            copy.Items.Add(item.Copy());
        return copy;
    }

    /// <inheritdoc/>
    public override bool SameAs(TomlValue other)
    {
        if (other is not TomlArray array || array.Items.Count != Items.Count)
            return false;
        for (int i = 0; i < Items.Count; i++)
        {
            if (!Items[i].SameAs(array.Items[i]))
                return false;
        }
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(' ', Items) + "]";
}
