namespace GpuContainers.Configuration.Toml;

/// <summary>A value of a TOML document: read from a text (then it knows its place), or made to be written.</summary>
public abstract class TomlValue
{
    /// <summary>Line of the value's key in the text, from 1; 0 for a value that was made.</summary>
    public int Line { get; internal set; }

    /// <summary>Column of the value's key in the text, in characters from 1; 0 for a value that was made.</summary>
    public int Column { get; internal set; }

    /// <summary>Where the value's own text begins; -1 when it has none of its own (tables with headers, values that were made).</summary>
    internal int Start { get; set; } = -1;

    /// <summary>One past the last character of the value's own text.</summary>
    internal int End { get; set; } = -1;

    /// <summary>The name of the value's type in error messages: bool, string, int64, float64, time, array or table.</summary>
    public abstract string TypeName { get; }

    /// <summary>A copy that shares nothing with this value and has no place in a text.</summary>
    public abstract TomlValue Copy();

    /// <summary>Whether both hold the same content; order of keys, layout and number spelling do not count.</summary>
    public abstract bool SameAs(TomlValue other);
}
