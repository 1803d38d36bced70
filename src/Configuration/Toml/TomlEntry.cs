using Tomlyn.Syntax;

namespace GpuContainers.Configuration.Toml;

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
