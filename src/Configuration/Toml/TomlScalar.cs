namespace GpuContainers.Configuration.Toml;

/// <summary>A TOML integer, float or date-time, kept as the text in which it is written.</summary>
/// <param name="kind">Which of them.</param>
/// <param name="text">Integers in decimal, floats with at least one fractional digit, date-times as they were.</param>
public sealed class TomlScalar(TomlScalarKind kind, string text) : TomlValue
{
    /// <summary>Which kind of value it is.</summary>
    public TomlScalarKind Kind { get; } = kind;

    /// <summary>The text in which it is written.</summary>
    public string Text { get; } = text;

    /// <inheritdoc/>
    public override string TypeName => Kind switch
    {
        TomlScalarKind.Integer => "int64",
        TomlScalarKind.Float => "float64",
        _ => "time",
    };

    /// <inheritdoc/>
    public override TomlValue Copy() => new TomlScalar(Kind, Text);

    /// <inheritdoc/>
    public override bool SameAs(TomlValue other) => other is TomlScalar scalar && scalar.Kind == Kind && scalar.Text == Text;

    /// <inheritdoc/>
    public override string ToString() => Text;
}
