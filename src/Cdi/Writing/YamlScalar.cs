using System.Globalization;
using GpuContainers.Cdi.Reading;

namespace GpuContainers.Cdi.Writing;

/// <summary>Chooses the style in which a string is written in YAML, as NVIDIA's toolkit does (CDI-178, CDI-179).</summary>
internal static class YamlScalar
{
    /// <summary>Appends a string without the newline after it.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="value">The string.</param>
    /// <param name="column">The column of the lines of a literal block.</param>
    /// <exception cref="CdiException">The string has half of a surrogate pair, which no file can hold (CDI-181).</exception>
    internal static void Append(StringBuilder text, string value, int column)
    {
        if (value.Contains('\n'))
        {
            // A tab may stand in a literal block.
            if (HasSpecial(value, '\t') || !IsLiteral(value))
                AppendDouble(text, value);
            else
                AppendLiteral(text, value, column);
        }
        else if (HasSpecial(value) || IsOtherType(value))
        {
            AppendDouble(text, value);
        }
        else if (NeedsQuotes(value))
        {
            text.Append('\'').Append(value).Replace("'", "''", text.Length - value.Length, value.Length).Append('\'');
        }
        else
        {
            text.Append(value);
        }
    }

    /// <summary>Whether a plain scalar of this text would be read as something other than a string, by this or an older reader (rule 2).</summary>
    internal static bool IsOtherType(string value) =>
        ScalarValue.FromPlain(value).Kind != ScalarKind.Text || Timestamp.Is(value) || IsBase60(value);

    // [-+]?\d[\d_]*(:[0-5]?\d)+(\.[\d_]*)?
    private static bool IsBase60(string value)
    {
        int at = value.Length > 0 && value[0] is '+' or '-' ? 1 : 0;
        if (at == value.Length || !char.IsAsciiDigit(value[at]))
            return false;
        while (at < value.Length && (char.IsAsciiDigit(value[at]) || value[at] == '_'))
            at++;
        int groups = 0;
        while (at + 1 < value.Length && value[at] == ':' && char.IsAsciiDigit(value[at + 1]))
        {
            bool two = at + 2 < value.Length && value[at + 1] <= '5' && char.IsAsciiDigit(value[at + 2]);
            at += two ? 3 : 2;
            groups++;
        }
        if (groups == 0)
            return false;
        if (at < value.Length && value[at] == '.')
            at++;
        else
            return at == value.Length;
        while (at < value.Length && (char.IsAsciiDigit(value[at]) || value[at] == '_'))
            at++;
        return at == value.Length;
    }

    // Rule 4.
    private static bool NeedsQuotes(string value)
    {
        if ("#,[]{}&*!|>'\"%@`".Contains(value[0]) || value[0] == ' ' || value[^1] is ' ' or ':')
            return true;
        if (value[0] is '-' or '?' or ':' && (value.Length == 1 || value[1] == ' '))
            return true;
        return value.StartsWith("---", StringComparison.Ordinal) || value.StartsWith("...", StringComparison.Ordinal)
            || value.Contains(": ", StringComparison.Ordinal) || value.Contains(" #", StringComparison.Ordinal);
    }

    // A literal block cannot begin with a blank or newline (readers take a tab there for bad indentation), nor have a space at the end of a line.
    private static bool IsLiteral(string value) =>
        value[0] is not (' ' or '\t' or '\n') && value[^1] != ' ' && !value.Contains(" \n", StringComparison.Ordinal);

    private static void AppendLiteral(StringBuilder text, string value, int column)
    {
        string[] lines = value.Split('\n');
        bool ends = lines[^1].Length == 0;
        text.Append('|').Append(!ends ? "-" : value.EndsWith("\n\n", StringComparison.Ordinal) ? "+" : "");
        int count = ends ? lines.Length - 1 : lines.Length;
        for (int i = 0; i < count; i++)
        {
            text.Append('\n');
            if (lines[i].Length > 0)
                text.Append(' ', column).Append(lines[i]);
        }
    }

    // Rule 3.
    private static bool HasSpecial(string value, char allowed = '\n')
    {
        foreach (char c in value)
        {
            if (c != '\n' && c != allowed && !IsPrintable(c))
                return true;
        }
        return false;
    }

    private static bool IsPrintable(char c) =>
        c is >= ' ' and <= '~' || (c >= '\xa0' && c is not ('\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff') && !char.IsSurrogate(c));

    private static void AppendDouble(StringBuilder text, string value)
    {
        // After a byte order mark NVIDIA's toolkit escapes everything.
        bool everything = value.StartsWith('\ufeff');
        text.Append('"');
        for (int i = 0; i < value.Length; i++)
        {
            char c = value[i];
            if (char.IsSurrogate(c))
            {
                if (!char.IsHighSurrogate(c) || i + 1 == value.Length || !char.IsLowSurrogate(value[i + 1]))
                    throw new CdiException(CdiErrorReason.Invalid, "a string has half of a surrogate pair, which is not a character");
                text.Append("\\U").Append(char.ConvertToUtf32(c, value[++i]).ToString("X8", CultureInfo.InvariantCulture));
            }
            else if (everything)
            {
                text.Append(Escape(c));
            }
            else if (c is '"' or '\\')
            {
                text.Append('\\').Append(c);
            }
            else if (IsPrintable(c))
            {
                text.Append(c);
            }
            else
            {
                text.Append(Escape(c));
            }
        }
        text.Append('"');
    }

    private static string Escape(char c) => c switch
    {
        '\0' => "\\0",
        '\a' => "\\a",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\v' => "\\v",
        '\f' => "\\f",
        '\r' => "\\r",
        '\e' => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        '\x85' => "\\N",
        '\xa0' => "\\_",
        '\u2028' => "\\L",
        '\u2029' => "\\P",
        <= '\xff' => "\\x" + ((int)c).ToString("X2", CultureInfo.InvariantCulture),
        _ => "\\u" + ((int)c).ToString("X4", CultureInfo.InvariantCulture),
    };
}
