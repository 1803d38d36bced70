using System.Globalization;

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

/// <summary>The kinds of TOML values that the programs carry along and never interpret, but for small integers.</summary>
public enum TomlScalarKind
{
    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A 64-bit float, inf or nan.</summary>
    Float,

    /// <summary>A date, a time, or both, with or without an offset.</summary>
    DateTime,
}

/// <summary>A TOML string of any of the four spellings.</summary>
/// <param name="value">The text it stands for.</param>
public sealed class TomlString(string value) : TomlValue
{
    /// <summary>The text it stands for.</summary>
    public string Value { get; } = value;

    /// <inheritdoc/>
    public override string TypeName => "string";

    /// <inheritdoc/>
    public override TomlValue Copy() => new TomlString(Value);

    /// <inheritdoc/>
    public override bool SameAs(TomlValue other) => other is TomlString text && text.Value == Value;

    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>A TOML boolean.</summary>
/// <param name="value">True or false.</param>
public sealed class TomlBoolean(bool value) : TomlValue
{
    /// <summary>True or false.</summary>
    public bool Value { get; } = value;

    /// <inheritdoc/>
    public override string TypeName => "bool";

    /// <inheritdoc/>
    public override TomlValue Copy() => new TomlBoolean(Value);

    /// <inheritdoc/>
    public override bool SameAs(TomlValue other) => other is TomlBoolean flag && flag.Value == Value;

    /// <inheritdoc/>
    public override string ToString() => Value ? "true" : "false";
}

/// <summary>
/// Floats as they are written anew: the shortest digits that read back the same, without an exponent, with at least one fractional digit (CT-47).
/// </summary>
internal static class TomlFloat
{
    /// <summary>The text of a float; "inf", "-inf" and "nan" for the values without digits.</summary>
    public static string Format(double value)
    {
        if (double.IsNaN(value))
            return "nan";
        if (double.IsInfinity(value))
            return value > 0 ? "inf" : "-inf";
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        int exponentAt = text.IndexOf('E', StringComparison.Ordinal);
        if (exponentAt >= 0)
            text = Expand(text[..exponentAt], int.Parse(text[(exponentAt + 1)..], CultureInfo.InvariantCulture));
        return text.Contains('.', StringComparison.Ordinal) ? text : text + ".0";
    }

    private static string Expand(string mantissa, int exponent)
    {
        string sign = mantissa.StartsWith('-') ? "-" : "";
        string digits = mantissa.TrimStart('-');
        int point = digits.IndexOf('.', StringComparison.Ordinal);
        int whole = (point < 0 ? digits.Length : point) + exponent;
        digits = digits.Replace(".", "", StringComparison.Ordinal);
        if (whole <= 0)
            return sign + "0." + new string('0', -whole) + digits;
        return digits.Length <= whole
            ? sign + digits.PadRight(whole, '0')
            : sign + digits[..whole] + "." + digits[whole..];
    }
}
