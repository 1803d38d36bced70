using System.Globalization;

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
