namespace GpuContainers.Engines.Json;

/// <summary>From a JSON text to the places of its values.</summary>
internal static class JsonPlaceReader
{
    // Far more than any engine's file has, and little enough for our stack.
    private static readonly JsonReaderOptions s_options = new() { MaxDepth = 512 };

    /// <summary>Reads a text that holds one value and nothing else but white space (CT-52).</summary>
    /// <exception cref="EngineException">It is not JSON; the message begins with "(line, column): ".</exception>
    internal static JsonPlace Read(ReadOnlySpan<byte> text)
    {
        var json = new Utf8JsonReader(text, s_options);
        try
        {
            _ = json.Read();
            JsonPlace place = Value(ref json);
            // Only white space may follow; anything else makes the reader fail.
            _ = json.Read();
            return place;
        }
        catch (JsonException error)
        {
            throw new EngineException(
                EngineFault.Syntax, $"({error.LineNumber + 1}, {error.BytePositionInLine + 1}): {Cause(text, error)}", error);
        }
        catch (InvalidOperationException error)
        {
            // The name of a member is not UTF-8, or has half of a surrogate pair.
            (int line, int column) = JsonPosition.Find(text, (int)json.TokenStartIndex);
            throw new EngineException(EngineFault.Syntax, $"({line}, {column}): a member's name is not valid UTF-8", error);
        }
    }

    // The reader's own words speak of its options (CT-197).
    private static string Cause(ReadOnlySpan<byte> text, JsonException error)
    {
        int at = JsonPosition.OffsetOf(text, (int)error.LineNumber!, (int)error.BytePositionInLine!);
        if (at >= text.Length)
            return "the text ends before its value does; a bracket, quote or value is missing";
        ReadOnlySpan<byte> before = text[..at].TrimEnd(" \t\r\n"u8);
        string what = text[at] is > 0x20 and < 0x7f ? $"'{(char)text[at]}'" : text[at] < 0x20 ? "a control character" : $"the byte 0x{text[at]:x2}";
        return (text[at], before.IsEmpty ? (byte)0 : before[^1]) switch
        {
            ((byte)'}' or (byte)']', (byte)',') => $"a comma before '{(char)text[at]}'; remove the comma",
            ((byte)'/' or (byte)'#', _) => "a comment, which JSON does not know; remove it",
            ((byte)'"', (byte)'"' or (byte)'}' or (byte)']' or (byte)'e' or (byte)'l' or (>= (byte)'0' and <= (byte)'9')) =>
                "a comma or colon is missing before this",
            _ => $"{what} cannot stand here",
        };
    }

    private static JsonPlace Value(ref Utf8JsonReader json)
    {
        int start = (int)json.TokenStartIndex;
        List<JsonMember> members = [];
        JsonValueKind kind = json.TokenType switch
        {
            JsonTokenType.StartObject => JsonValueKind.Object,
            JsonTokenType.StartArray => JsonValueKind.Array,
            JsonTokenType.String => JsonValueKind.String,
            JsonTokenType.Number => JsonValueKind.Number,
            JsonTokenType.True => JsonValueKind.True,
            JsonTokenType.False => JsonValueKind.False,
            _ => JsonValueKind.Null,
        };
        if (kind == JsonValueKind.Object)
            ReadMembers(ref json, members);
        else if (kind == JsonValueKind.Array)
            json.Skip();
        return new JsonPlace(kind, start, (int)json.BytesConsumed, members);
    }

    private static void ReadMembers(ref Utf8JsonReader json, List<JsonMember> members)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            int start = (int)json.TokenStartIndex;
            string name = json.GetString()!;
            int nameEnd = start + json.ValueSpan.Length + 2;
            _ = json.Read();
            members.Add(new JsonMember(name, start, nameEnd, Value(ref json)));
        }
    }
}

/// <summary>Where in a text something stands, as people count.</summary>
internal static class JsonPosition
{
    /// <summary>Line and column, both from 1; the column counts bytes.</summary>
    internal static (int Line, int Column) Find(ReadOnlySpan<byte> text, int offset)
    {
        ReadOnlySpan<byte> before = text[..offset];
        return (before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'));
    }

    /// <summary>The place of a line and a byte in it, both from 0.</summary>
    internal static int OffsetOf(ReadOnlySpan<byte> text, int line, int byteInLine)
    {
        int start = 0;
        for (; line > 0; line--)
            start += text[start..].IndexOf((byte)'\n') + 1;
        return start + byteInLine;
    }
}

/// <summary>A JSON value with its place in the text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins, in bytes.</param>
/// <param name="End">One past its last byte.</param>
/// <param name="Members">The members of an object in the order of the text; none for other values.</param>
internal sealed record JsonPlace(JsonValueKind Kind, int Start, int End, IReadOnlyList<JsonMember> Members)
{
    /// <summary>The member that counts: the last of its name, as readers of JSON take it; null when there is none.</summary>
    internal JsonMember? Find(string name) => Members.LastOrDefault(member => member.Name == name);

    /// <summary>The word for the kind in messages.</summary>
    internal string KindName => Kind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Null => "null",
        _ => "boolean",
    };
}

/// <summary>One member of a JSON object with its place in the text.</summary>
/// <param name="Name">The name, without quotes and escapes.</param>
/// <param name="Start">Where the name's quotes open.</param>
/// <param name="NameEnd">One past the name's closing quotes.</param>
/// <param name="Value">The value.</param>
internal sealed record JsonMember(string Name, int Start, int NameEnd, JsonPlace Value);
