using System.Globalization;

namespace GpuContainers.Configuration.Toml;

/// <summary>
/// Refuses texts that are not a configuration of anybody but would keep a reader busy: the parser takes the square of the number of tables, half a kilobyte of
/// memory for each word, sign and line end, and tables in one another are walked by recursion (SEC-26).
/// </summary>
internal static class TomlBounds
{
    // Real configurations have a few hundred keys, and a few thousand words.
    private const int MostKeys = 3000;
    private const int MostPieces = 60_000;
    private const int MostParts = 64;
    private const int MostCharacters = 1 << 20;

    /// <summary>Passes when the text has so many keys, tables and words as a configuration can have.</summary>
    /// <exception cref="ConfigurationException">It has more, or a key of too many parts.</exception>
    public static void Check(string text)
    {
        if (text.Length > MostCharacters)
            throw Refuse(1, 0, "more than 1 MiB");
        int line = 1, start = 0, keys = 0, parts = 0, pieces = 0;
        bool isLineStart = true;
        for (int i = 0, end; i < text.Length; i = end)
        {
            end = EndOfPiece(text, i);
            if (++pieces > MostPieces)
                throw Refuse(line, i - start, $"more than {MostPieces} words, signs and lines");
            switch (text[i])
            {
                case '\n':
                    (line, start, isLineStart, parts) = (line + 1, end, true, 0);
                    continue;
                case ' ' or '\t' or '\r' or '#':
                    continue;
                case '"' or '\'':
                    for (int next = text.IndexOf('\n', i, end - i); next >= 0; next = text.IndexOf('\n', next + 1, end - next - 1))
                        (line, start) = (line + 1, next + 1);
                    break;
                case '.' when ++parts > MostParts:
                    throw Refuse(line, i - start, $"a key has more than {MostParts} parts");
                case '=':
                    keys++;
                    parts = 0;
                    break;
                case '[' when isLineStart:
                    keys++;
                    break;
                case ',' or '{':
                    parts = 0;
                    break;
            }
            isLineStart = false;
            if (keys > MostKeys)
                throw Refuse(line, end - 1 - start, $"more than {MostKeys} keys and tables");
        }
    }

    // A comment, a string, or a run of blanks or of what words are made of; each other character stands for itself.
    private static int EndOfPiece(string text, int from)
    {
        const string blanks = " \t\r", signs = "\n#\"'.=[]{},";
        return text[from] switch
        {
            '#' => EndOfLine(text, from),
            '"' or '\'' => EndOfString(text, from),
            char first when blanks.Contains(first, StringComparison.Ordinal) => EndOf(text.AsSpan(from).IndexOfAnyExcept(blanks)),
            char first when signs.Contains(first, StringComparison.Ordinal) => from + 1,
            _ => EndOf(text.AsSpan(from).IndexOfAny(blanks + signs)),
        };
        int EndOf(int length) => length < 0 ? text.Length : from + length;
    }

    private static int EndOfLine(string text, int from)
    {
        int end = text.IndexOf('\n', from);
        return end < 0 ? text.Length : end;
    }

    // Behind its last quote; of a string that is not ended, the end of the line or of the text.
    private static int EndOfString(string text, int from)
    {
        char quote = text[from];
        bool isLong = from + 2 < text.Length && text[from + 1] == quote && text[from + 2] == quote;
        for (int i = from + (isLong ? 3 : 1); i < text.Length; i++)
        {
            if (text[i] == '\\' && quote == '"')
                i++;
            else if (text[i] == '\n' && !isLong)
                return i;
            else if (text[i] == quote && (!isLong || (i + 2 < text.Length && text[i + 1] == quote && text[i + 2] == quote)))
                return i + (isLong ? 3 : 1);
        }
        return text.Length;
    }

    private static ConfigurationException Refuse(int line, int column, string cause) => new(
        ConfigurationFailure.Syntax, string.Create(CultureInfo.InvariantCulture, $"({line}, {column + 1}): {cause}; this is not a configuration"));
}
