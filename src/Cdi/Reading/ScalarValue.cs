using System.Buffers;
using System.Globalization;

namespace GpuContainers.Cdi.Reading;

/// <summary>The value of a scalar by the rules of YAML 1.1 as NVIDIA's toolkit applies them (CDI-21 to CDI-27).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">The text of a string.</param>
/// <param name="Flag">The value of a boolean.</param>
/// <param name="Integer">The value of an integer, from -2^63 to 2^64-1.</param>
/// <param name="Number">The value of a float.</param>
internal readonly record struct ScalarValue(ScalarKind Kind, string Text, bool Flag = false, Int128 Integer = default, double Number = 0)
{
    private const string StandardTag = "tag:yaml.org,2002:";

    /// <summary>Resolves a scalar; false with a cause when its tag does not fit its text (CDI-27).</summary>
    internal static bool TryResolve(SpecNode node, out ScalarValue value, out string cause)
    {
        cause = "";
        string tag = node.Tag.StartsWith(StandardTag, StringComparison.Ordinal) ? node.Tag[StandardTag.Length..] : node.Tag;
        if (tag == "binary")
            return TryDecode(node.Text, out value, out cause);
        // What another tag makes of the text is not known: it stays as written.
        bool untyped = tag.Length == 0 ? !node.IsPlain : tag is not ("int" or "float" or "bool" or "null" or "timestamp");
        value = untyped ? new ScalarValue(ScalarKind.Text, node.Text) : FromPlain(node.Text);
        bool fits = untyped || tag switch
        {
            "int" => value.Kind == ScalarKind.Integer,
            "float" => value.Kind == ScalarKind.Float || (value.Kind == ScalarKind.Integer && value.Integer <= long.MaxValue),
            "bool" => value.Kind == ScalarKind.Bool,
            "null" => value.Kind == ScalarKind.Null,
            "timestamp" => Timestamp.Is(node.Text),
            _ => true,
        };
        if (tag == "float" && value.Kind == ScalarKind.Integer)
            value = new ScalarValue(ScalarKind.Float, "", Number: (double)value.Integer);
        if (!fits)
            cause = $"cannot decode `{node.Text}` as a !!{tag}";
        return fits;
    }

    /// <summary>What a plain scalar without a tag stands for.</summary>
    internal static ScalarValue FromPlain(string text)
    {
        if (text.Length == 0)
            return new ScalarValue(ScalarKind.Null, "");
        char first = text[0];
        if (first is not ('+' or '-' or '.') && !char.IsAsciiDigit(first))
            return FromWord(text);
        string plain = text.Contains('_') && (first != '.' || SeparateDigits(text)) ? text.Replace("_", "") : text;
        if (!Timestamp.Is(text) && TryInteger(plain, out Int128 integer))
            return new ScalarValue(ScalarKind.Integer, "", Integer: integer);
        if (IsFloat(plain) && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number))
            return new ScalarValue(ScalarKind.Float, "", Number: number);
        return text switch
        {
            ".nan" or ".NaN" or ".NAN" => new ScalarValue(ScalarKind.Float, "", Number: double.NaN),
            ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" => new ScalarValue(ScalarKind.Float, "", Number: double.PositiveInfinity),
            "-.inf" or "-.Inf" or "-.INF" => new ScalarValue(ScalarKind.Float, "", Number: double.NegativeInfinity),
            _ => new ScalarValue(ScalarKind.Text, text),
        };
    }

    /// <summary>The text that this value becomes where a string is wanted (CDI-22).</summary>
    internal string AsText() => Kind switch
    {
        ScalarKind.Bool => Flag ? "true" : "false",
        ScalarKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        ScalarKind.Float => FloatText((float)Number),
        _ => Text,
    };

    /// <summary>The text that this value becomes as a key, or null when it cannot be one (CDI-26).</summary>
    internal string? AsKey() => Kind switch
    {
        ScalarKind.Null => null,
        ScalarKind.Integer when Integer > long.MaxValue => null,
        ScalarKind.Float when !float.IsFinite((float)Number) => double.IsNaN(Number) ? ".nan" : Number > 0 ? ".inf" : "-.inf",
        _ => AsText(),
    };

    /// <summary>The whole number of this value, or null when it is none (CDI-23).</summary>
    internal Int128? AsInteger() => Kind switch
    {
        ScalarKind.Integer => Integer,
        // The number goes through its shortest decimal form, which is not always the very same one; from 1e21 on that has an exponent.
        ScalarKind.Float when double.IsInteger(Number) && Math.Abs(Number) < 1e21 => Int128.Parse(
            Number.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture),
        _ => null,
    };

    private static ScalarValue FromWord(string text) => text switch
    {
        "~" or "null" or "Null" or "NULL" => new ScalarValue(ScalarKind.Null, ""),
        "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "true" or "True" or "TRUE" => new ScalarValue(ScalarKind.Bool, "", true),
        "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "false" or "False" or "FALSE" => new ScalarValue(ScalarKind.Bool, ""),
        _ => new ScalarValue(ScalarKind.Text, text),
    };

    private static bool TryDecode(string text, out ScalarValue value, out string cause)
    {
        string compact = text.Replace("\n", "", StringComparison.Ordinal);
        byte[] bytes = new byte[compact.Length];
        bool fits = Convert.TryFromBase64String(compact, bytes, out int length);
        value = new ScalarValue(ScalarKind.Text, fits ? TextOf(bytes.AsSpan(0, length)) : "");
        cause = fits ? "" : "!!binary value contains invalid base64 data";
        return fits;
    }

    // Each byte that is not UTF-8 becomes a replacement character, as it does on NVIDIA's way through JSON.
    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            bool valid = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done;
            text.Append(rune);
            bytes = bytes[(valid ? length : 1)..];
        }
        return text.ToString();
    }

    private static bool TryInteger(string plain, out Int128 integer)
    {
        integer = 0;
        ReadOnlySpan<char> digits = plain;
        bool negative = digits[0] == '-';
        if (digits[0] is '+' or '-')
            digits = digits[1..];
        int radix = 10;
        if (digits is ['0', 'x' or 'X', ..])
            radix = 16;
        else if (digits is ['0', 'o' or 'O', ..])
            radix = 8;
        else if (digits is ['0', 'b' or 'B', ..])
            radix = 2;
        if (radix != 10)
            digits = digits[2..];
        else if (digits is ['0', _, ..])
            radix = 8;
        if (digits.IsEmpty)
            return false;
        foreach (char c in digits)
        {
            int digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiHexDigit(c) ? (c | 0x20) - 'a' + 10 : radix;
            if (digit >= radix)
                return false;
            integer = (integer * radix) + digit;
            if (integer > ulong.MaxValue)
                return false;
        }
        integer = negative ? -integer : integer;
        return integer >= long.MinValue && !(plain[0] == '+' && integer > long.MaxValue);
    }

    // Behind a point that comes first, an underscore counts between two digits only.
    private static bool SeparateDigits(string text)
    {
        for (int i = text.IndexOf('_'); i >= 0; i = text.IndexOf('_', i + 1))
        {
            if (!char.IsAsciiDigit(text[i - 1]) || i + 1 == text.Length || !char.IsAsciiDigit(text[i + 1]))
                return false;
        }
        return true;
    }

    private static bool IsFloat(string plain)
    {
        ReadOnlySpan<char> rest = plain;
        if (rest[0] is '+' or '-')
            rest = rest[1..];
        bool whole = Digits(ref rest);
        bool point = Skip(ref rest, '.');
        bool fraction = point && Digits(ref rest);
        if (!whole && !fraction)
            return false;
        if (rest.IsEmpty)
            return true;
        if (rest[0] is not ('e' or 'E'))
            return false;
        rest = rest[1..];
        if (rest is ['+' or '-', ..])
            rest = rest[1..];
        return Digits(ref rest) && rest.IsEmpty;
    }

    // The shortest digits that give the same single-precision number back; exponents below -4 or from 6 on are written out (CDI-22).
    private static string FloatText(float number)
    {
        if (!float.IsFinite(number))
            return float.IsNaN(number) ? "NaN" : number > 0 ? "+Inf" : "-Inf";
        string shortest = number.ToString("E8", CultureInfo.InvariantCulture);
        for (int precision = 0; precision < 9; precision++)
        {
            shortest = number.ToString("E" + precision, CultureInfo.InvariantCulture);
            if (float.Parse(shortest, CultureInfo.InvariantCulture) == number)
                break;
        }
        int mark = shortest.IndexOf('E');
        int exponent = int.Parse(shortest.AsSpan(mark + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        string sign = shortest[0] == '-' ? "-" : "";
        string digits = shortest[sign.Length..mark].Replace(".", "", StringComparison.Ordinal);
        if (number != 0 && exponent is < -4 or >= 6)
        {
            string fraction = digits.Length > 1 ? "." + digits[1..] : "";
            return $"{sign}{digits[0]}{fraction}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
        }
        if (exponent < 0)
            return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        string whole = digits.PadRight(exponent + 1, '0');
        return whole.Length == exponent + 1 ? sign + whole : $"{sign}{whole[..(exponent + 1)]}.{whole[(exponent + 1)..]}";
    }

    private static bool Skip(ref ReadOnlySpan<char> rest, char wanted)
    {
        if (rest.IsEmpty || rest[0] != wanted)
            return false;
        rest = rest[1..];
        return true;
    }

    private static bool Digits(ref ReadOnlySpan<char> rest)
    {
        int before = rest.Length;
        rest = rest.TrimStart("0123456789");
        return rest.Length < before;
    }
}

/// <summary>What a scalar stands for (CDI-21).</summary>
internal enum ScalarKind
{
    Null,
    Bool,
    Integer,
    Float,
    Text,
}
