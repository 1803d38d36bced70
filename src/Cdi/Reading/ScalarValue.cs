using System.Globalization;
using System.Text;

namespace GpuContainers.Cdi;

/// <summary>The value of a scalar by the rules of YAML 1.1 as the reference applies them (CDI-21 to CDI-27).</summary>
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
        string tag = node.Tag.StartsWith(StandardTag, StringComparison.Ordinal) ? node.Tag[StandardTag.Length..] : "";
        if (tag == "str" || (tag.Length == 0 && !node.IsPlain))
        {
            value = new ScalarValue(ScalarKind.Text, node.Text);
            return true;
        }
        if (tag == "binary")
            return TryDecode(node.Text, out value, out cause);
        value = OfPlain(node.Text);
        bool fits = tag switch
        {
            "int" => value.Kind == ScalarKind.Integer,
            "float" => value.Kind is ScalarKind.Float or ScalarKind.Integer,
            "bool" => value.Kind == ScalarKind.Bool,
            "null" => value.Kind == ScalarKind.Null,
            "timestamp" => IsTimestamp(node.Text),
            _ => true,
        };
        if (tag == "float" && value.Kind == ScalarKind.Integer)
            value = new ScalarValue(ScalarKind.Float, "", Number: (double)value.Integer);
        if (!fits)
            cause = $"cannot decode `{node.Text}` as a !!{tag}";
        return fits;
    }

    /// <summary>What a plain scalar without a tag stands for.</summary>
    internal static ScalarValue OfPlain(string text)
    {
        if (text.Length == 0)
            return new ScalarValue(ScalarKind.Null, "");
        char first = text[0];
        if (first is not ('+' or '-' or '.') && !char.IsAsciiDigit(first))
            return OfWord(text);
        string plain = text.Contains('_') ? text.Replace("_", "") : text;
        if (!IsTimestamp(text) && TryInteger(plain, out Int128 integer))
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

    /// <summary>Four digits, then a date, or a date and a time.</summary>
    internal static bool IsTimestamp(string text)
    {
        ReadOnlySpan<char> rest = text;
        if (!Digits(ref rest, 4, 4) || !Skip(ref rest, '-') || !Digits(ref rest, 1, 2) || !Skip(ref rest, '-') || !Digits(ref rest, 1, 2))
            return false;
        if (rest.IsEmpty)
            return true;
        bool zoned = rest[0] is 'T' or 't';
        if (!zoned && rest[0] != ' ')
            return false;
        rest = rest[1..];
        if (!Digits(ref rest, 1, 2) || !Skip(ref rest, ':') || !Digits(ref rest, 1, 2) || !Skip(ref rest, ':') || !Digits(ref rest, 1, 2))
            return false;
        if (Skip(ref rest, '.') && !Digits(ref rest, 1, int.MaxValue))
            return false;
        if (!zoned)
            return rest.IsEmpty;
        return rest is "Z" || (rest.Length == 6 && rest[0] is '+' or '-' && rest[3] == ':' && IsDigits(rest[1..3]) && IsDigits(rest[4..]));
    }

    /// <summary>The text that this value becomes where a string is wanted (CDI-22).</summary>
    internal string AsText() => Kind switch
    {
        ScalarKind.Bool => Flag ? "true" : "false",
        ScalarKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        ScalarKind.Float => FloatText((float)Number),
        _ => Text,
    };

    /// <summary>The whole number of this value, or null when it is none (CDI-23).</summary>
    internal Int128? AsInteger() => Kind switch
    {
        ScalarKind.Integer => Integer,
        ScalarKind.Float when double.IsInteger(Number) && Math.Abs(Number) < 1e21 => (Int128)Number,
        _ => null,
    };

    private static ScalarValue OfWord(string text) => text switch
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
        value = new ScalarValue(ScalarKind.Text, fits ? Encoding.UTF8.GetString(bytes, 0, length) : "");
        cause = fits ? "" : "!!binary value contains invalid base64 data";
        return fits;
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

    private static bool IsFloat(string plain)
    {
        ReadOnlySpan<char> rest = plain;
        if (rest[0] is '+' or '-')
            rest = rest[1..];
        bool whole = Digits(ref rest, 1, int.MaxValue);
        bool point = Skip(ref rest, '.');
        bool fraction = point && Digits(ref rest, 1, int.MaxValue);
        if (!whole && !fraction)
            return false;
        if (rest.IsEmpty)
            return true;
        if (rest[0] is not ('e' or 'E'))
            return false;
        rest = rest[1..];
        if (rest is ['+' or '-', ..])
            rest = rest[1..];
        return Digits(ref rest, 1, int.MaxValue) && rest.IsEmpty;
    }

    // CDI-22: the shortest digits that give the same single-precision number back; exponents below -4 or from 6 on are written out.
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

    private static bool Digits(ref ReadOnlySpan<char> rest, int least, int most)
    {
        int count = 0;
        while (count < rest.Length && count < most && char.IsAsciiDigit(rest[count]))
            count++;
        rest = rest[count..];
        return count >= least;
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('0', '9');
}
