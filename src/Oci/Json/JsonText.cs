using System.Globalization;
using System.Text;
using System.Text.Json;

namespace GpuContainers.Oci.Json;

/// <summary>Reads JSON strings from their bytes without ever failing: what is not valid UTF-8 or no valid escape pair becomes U+FFFD.</summary>
internal static class JsonText
{
    /// <summary>
    /// What is wrong with a text and where, in lower case and on one line: "line 1, column 2: …" where a place is known, or that it ends too early.
    /// </summary>
    /// <param name="error">What the reader reported.</param>
    /// <param name="source">The text it read.</param>
    public static string Describe(JsonException error, ReadOnlySpan<byte> source)
    {
        // Only the reader itself tells a place; others report a value of the wrong type in a text that is whole.
        if (source.Trim(" \t\r\n"u8).IsEmpty || (error.LineNumber is not null && IsCutOff(source)))
            return "unexpected end of JSON input";
        string cause = error.Message;
        int detail = cause.IndexOf(" LineNumber:", StringComparison.Ordinal);
        cause = detail < 0 ? cause : cause[..detail];
        cause = cause.Length == 0 ? "invalid JSON" : char.ToLowerInvariant(cause[0]) + cause[1..].TrimEnd('.');
        return error.LineNumber is null ? cause : $"line {error.LineNumber + 1}, column {error.BytePositionInLine + 1}: {cause}";
    }

    // Nothing is wrong but that there should be more: a file that was written to a full disk, or not to its end.
    private static bool IsCutOff(ReadOnlySpan<byte> source)
    {
        var reader = new Utf8JsonReader(
            source, isFinalBlock: false, new JsonReaderState(new JsonReaderOptions { MaxDepth = 10000, AllowMultipleValues = true }));
        try
        {
            while (reader.Read())
            {
            }
            // The depth of an opening bracket is that of what it stands in.
            bool isOpen = reader.CurrentDepth > 0 || reader.TokenType is JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray;
            return isOpen || source[(int)reader.BytesConsumed..].IndexOfAnyExcept(" \t\r\n"u8) >= 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>The text between the quotes of a JSON string that the reader has accepted.</summary>
    public static string Decode(ReadOnlySpan<byte> inner)
    {
        if (inner.IndexOf((byte)'\\') < 0)
            return Encoding.UTF8.GetString(inner);
        var text = new StringBuilder(inner.Length);
        while (true)
        {
            int escape = inner.IndexOf((byte)'\\');
            text.Append(Encoding.UTF8.GetString(escape < 0 ? inner : inner[..escape]));
            if (escape < 0)
                return Repair(text);
            byte kind = inner[escape + 1];
            if (kind != 'u')
            {
                text.Append(Unescape(kind));
                inner = inner[(escape + 2)..];
                continue;
            }
            text.Append((char)ushort.Parse(inner.Slice(escape + 2, 4), NumberStyles.AllowHexSpecifier));
            inner = inner[(escape + 6)..];
        }
    }

    private static char Unescape(byte kind) => kind switch
    {
        (byte)'b' => '\b',
        (byte)'f' => '\f',
        (byte)'n' => '\n',
        (byte)'r' => '\r',
        (byte)'t' => '\t',
        _ => (char)kind,
    };

    private static string Repair(StringBuilder text)
    {
        string whole = text.ToString();
        for (int i = 0; i < whole.Length; i++)
        {
            if (char.IsHighSurrogate(whole[i]) && i + 1 < whole.Length && char.IsLowSurrogate(whole[i + 1]))
                i++;
            else if (char.IsSurrogate(whole[i]))
                text[i] = '\uFFFD';
        }
        return text.ToString();
    }
}
