using System.Globalization;

namespace GpuContainers.Configuration.Toml;

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
