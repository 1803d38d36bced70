namespace GpuContainers.Cdi.Reading;

/// <summary>A value in a document, read from YAML or JSON. Aliases share the node of their anchor.</summary>
internal sealed class SpecNode(SpecNodeKind kind, int line, int column)
{
    internal SpecNodeKind Kind { get; } = kind;

    /// <summary>The line, counted from 1.</summary>
    internal int Line { get; } = line;

    /// <summary>The column, counted from 1.</summary>
    internal int Column { get; } = column;

    /// <summary>The text of a scalar.</summary>
    internal string Text { get; init; } = "";

    /// <summary>Whether a scalar's type follows from its text; quoted ones are strings (CDI-21).</summary>
    internal bool IsPlain { get; init; }

    /// <summary>The tag, in its long form; empty when there is none.</summary>
    internal string Tag { get; init; } = "";

    /// <summary>The elements of a list.</summary>
    internal List<SpecNode> Items { get; } = kind == SpecNodeKind.List ? [] : Nothing;

    /// <summary>The members of a map in document order.</summary>
    internal List<KeyValuePair<SpecNode, SpecNode>> Members { get; } = kind == SpecNodeKind.Map ? [] : NoMembers;

    private static List<SpecNode> Nothing { get; } = [];

    private static List<KeyValuePair<SpecNode, SpecNode>> NoMembers { get; } = [];

    /// <summary>How many nodes this one is made of when every alias is written out; saturates.</summary>
    internal long Size { get; set; } = 1;

    internal string KindName => Kind switch { SpecNodeKind.List => "list", SpecNodeKind.Map => "object", _ => "scalar" };
}

/// <summary>What a node of a document is.</summary>
internal enum SpecNodeKind
{
    Scalar,
    List,
    Map,
}

/// <summary>From the bytes of a file to its text, with only the characters that YAML allows (CDI-15).</summary>
internal static class SpecText
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads UTF-8, or UTF-16 with a byte order mark; the mark is not part of the text.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes, string fileName)
    {
        try
        {
            return bytes switch
            {
                [0xef, 0xbb, 0xbf, ..] => StrictUtf8.GetString(bytes[3..]),
                [0xff, 0xfe, ..] => new UnicodeEncoding(false, false, true).GetString(bytes[2..]),
                [0xfe, 0xff, ..] => new UnicodeEncoding(true, false, true).GetString(bytes[2..]),
                _ => StrictUtf8.GetString(bytes),
            };
        }
        catch (DecoderFallbackException error)
        {
            int line = bytes[..Math.Clamp(error.Index, 0, bytes.Length)].Count((byte)'\n') + 1;
            var problem = new CdiProblem(line, 1, "", $"the text is not valid {(bytes[0] >= 0xfe ? "UTF-16" : "UTF-8")}; save it as UTF-8");
            throw CdiException.From(CdiErrorReason.Syntax, fileName, [problem]);
        }
    }

    /// <summary>Refuses control characters, non-characters and byte order marks inside the text.</summary>
    internal static void Check(string text, string fileName)
    {
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is >= ' ' and < '\x7f' || c is '\n' or '\r' or '\t')
                continue;
            bool allowed = c >= '\x7f' && c is not ('\x7f' or '\ufeff' or '\ufffe' or '\uffff') && (c >= '\xa0' || c == '\x85');
            if (allowed)
                continue;
            int line = text.AsSpan(0, i).Count('\n') + 1;
            int column = i - text.LastIndexOf('\n', Math.Max(i - 1, 0));
            var problem = new CdiProblem(line, Math.Max(column, 1), "", $"the character U+{(int)c:X4} is not allowed; write it as an escape in double quotes");
            throw CdiException.From(CdiErrorReason.Syntax, fileName, [problem]);
        }
    }
}
