using System.Buffers;

namespace GpuContainers.Configuration.Toml;

/// <summary>
/// Texts that hold bytes which are not UTF-8, such as comments in Latin-1: each such byte is a character for private use in the text, and becomes the same
/// byte again (CT-197).
/// </summary>
internal static class ForeignBytes
{
    // U+10F780 to U+10F7FF, the last 128 that have this first half.
    private const int First = 0x10F780;
    private const char High = '\uDBFD';
    private const char LowFirst = '\uDF80';

    /// <summary>The text of bytes that are not all UTF-8; null when it has such characters of its own.</summary>
    internal static string? Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (!bytes.IsEmpty)
        {
            bool isText = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length) == OperationStatus.Done;
            if (isText && rune.Value is >= First and < First + 128)
                return null;
            if (isText)
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
            for (int i = 0; !isText && i < length; i++)
                text.Append(High).Append((char)(LowFirst + bytes[i] - 0x80));
            bytes = bytes[length..];
        }
        return text.ToString();
    }

    /// <summary>The bytes of a text.</summary>
    internal static byte[] Encode(string text)
    {
        var bytes = new ArrayBufferWriter<byte>(text.Length + 1);
        ReadOnlySpan<char> rest = text;
        while (IndexIn(rest) is >= 0 and var at)
        {
            Encoding.UTF8.GetBytes(rest[..at], bytes);
            bytes.Write([(byte)(rest[at + 1] - LowFirst + 0x80)]);
            rest = rest[(at + 2)..];
        }
        Encoding.UTF8.GetBytes(rest, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    /// <summary>Whether such a byte stands in front of the first "#" of its line, or in a line whose "#" may stand in a string.</summary>
    internal static bool AreOutsideComments(string text)
    {
        foreach (ReadOnlySpan<char> line in text.AsSpan().EnumerateLines())
        {
            int at = IndexIn(line);
            if (at < 0)
                continue;
            int comment = line.IndexOf('#');
            if (comment < 0 || comment > at || line[..comment].ContainsAny('"', '\'') && IsInString(line[..at]))
                return true;
        }
        return false;
    }

    private static int IndexIn(ReadOnlySpan<char> text)
    {
        for (int start = 0; text[start..].IndexOf(High) is >= 0 and var at; start += at + 2)
        {
            if (text[start + at + 1] >= LowFirst)
                return start + at;
        }
        return -1;
    }

    // Whether the quotes that open in a line are closed before its end or its first "#" outside of them.
    private static bool IsInString(ReadOnlySpan<char> line)
    {
        char open = '\0';
        for (int i = 0; i < line.Length; i++)
        {
            if (open == '\0' && line[i] == '#')
                return false;
            if (open == '\0' && line[i] is '"' or '\'')
                open = line[i];
            else if (open == '"' && line[i] == '\\')
                i++;
            else if (line[i] == open)
                open = '\0';
        }
        return open != '\0';
    }
}
