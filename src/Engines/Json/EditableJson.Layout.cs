using System.Text.Encodings.Web;
using System.Text.Json.Nodes;

namespace GpuContainers.Engines.Json;

/// <summary>Where new members go, and how they look: like their neighbours.</summary>
internal sealed partial class EditableJson
{
    private bool IsOneLine => Root.Members.Count > 0 && !StartsItsLine(Root.Members[0].Start);

    private void Insert(ReadOnlySpan<string> path, string name, JsonNode value)
    {
        JsonPlace table = Find(path) ?? Root;
        if (table.Find(name) is { } isNull)
            Splice(isNull.Value.Start, isNull.Value.End, Layout(table).Format(value, Indent(isNull.Start)));
        else if (table.Members.Count == 0)
            Splice(table.Start, table.End, Layout(table).Format(new JsonObject { [name] = value.DeepClone() }, Indent(table.Start)));
        else
            InsertMember(table, name, value);
    }

    // Members in byte order take a new one at its place; others get it at the end (CT-50).
    private void InsertMember(JsonPlace table, string name, JsonNode value)
    {
        int next = -1;
        bool isSorted = true;
        for (int i = 0; i < table.Members.Count; i++)
        {
            isSorted &= i == 0 || string.CompareOrdinal(table.Members[i - 1].Name, table.Members[i].Name) <= 0;
            if (next < 0 && string.CompareOrdinal(table.Members[i].Name, name) > 0)
                next = i;
        }
        JsonMember beside = isSorted && next >= 0 ? table.Members[next] : table.Members[^1];
        JsonLayout layout = Layout(table);
        string indent = Indent(beside.Start);
        string text = layout.Member(name, value, indent);
        string separator = StartsItsLine(beside.Start) ? "," + layout.NewLine + indent : layout.Comma;
        if (isSorted && next >= 0)
            Splice(beside.Start, beside.Start, text + separator);
        else
            Splice(beside.Value.End, beside.Value.End, separator + text);
    }

    private void RemoveMember(JsonPlace table, JsonMember member)
    {
        IReadOnlyList<JsonMember> members = table.Members;
        int index = members.Count - 1;
        while (!ReferenceEquals(members[index], member))
            index--;
        if (index < members.Count - 1)
            Splice(member.Start, members[index + 1].Start, "");
        else if (index > 0)
            Splice(members[index - 1].Value.End, member.Value.End, "");
        else
            Splice(table.Start, table.End, "{}");
    }

    // An object on one line keeps what it gets on that line; empty ones do as the document does.
    private JsonLayout Layout(JsonPlace place)
    {
        bool isMultiLine = place.Members.Count > 0 ? StartsItsLine(place.Members[0].Start) : !IsOneLine;
        JsonMember? sample = place.Members.Count > 0 ? place.Members[^1] : Root.Members.Count > 0 ? Root.Members[^1] : null;
        string colon = sample is null ? ": " : Encoding.UTF8.GetString(_text.AsSpan(sample.NameEnd, sample.Value.Start - sample.NameEnd));
        // Values that stand in a column of their own are not an example.
        if (colon is not (":" or " : "))
            colon = ": ";
        return new JsonLayout(isMultiLine ? Step() : null, NewLine(), colon, colon == ":" ? "," : ", ");
    }

    private string Step()
    {
        string step = Root.Members.Count > 0 && StartsItsLine(Root.Members[0].Start) ? Indent(Root.Members[0].Start) : "";
        return step.Length > 0 || Root.Members.Count > 0 && !IsOneLine ? step : JsonLayout.Usual.Step!;
    }

    private string NewLine()
    {
        int end = _text.AsSpan().IndexOf((byte)'\n');
        return end > 0 && _text[end - 1] == '\r' ? "\r\n" : "\n";
    }

    private int LineStart(int offset) => _text.AsSpan(0, offset).LastIndexOf((byte)'\n') + 1;

    private string Indent(int offset)
    {
        ReadOnlySpan<byte> line = _text.AsSpan(LineStart(offset));
        int length = line.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return Encoding.UTF8.GetString(line[..Math.Max(0, length)]);
    }

    private bool StartsItsLine(int offset)
    {
        int start = LineStart(offset);
        return start > 0 && _text.AsSpan(start, offset - start).Trim(" \t"u8).IsEmpty;
    }
}

/// <summary>How JSON values are written beside others.</summary>
/// <param name="Step">The indentation of each level; null for everything on one line.</param>
/// <param name="NewLine">The line end.</param>
/// <param name="Colon">What stands between name and value.</param>
/// <param name="Comma">What stands between members on one line.</param>
internal sealed record JsonLayout(string? Step, string NewLine, string Colon, string Comma)
{
    /// <summary>The form of new files (CT-50).</summary>
    internal static JsonLayout Usual { get; } = new("    ", "\n", ": ", ", ");

    /// <summary>A value's text.</summary>
    /// <param name="value">The value.</param>
    /// <param name="indent">The indentation of the line on which it begins.</param>
    internal string Format(JsonNode value, string indent) => value switch
    {
        JsonObject { Count: 0 } => "{}",
        JsonObject table => FormatObject(table, indent),
        JsonArray items => "[" + string.Join(Comma, items.Select(item => Format(item!, indent))) + "]",
        _ when value.GetValueKind() == JsonValueKind.String => Quote(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    /// <summary>A member's text.</summary>
    internal string Member(string name, JsonNode value, string indent) => Quote(name) + Colon + Format(value, indent);

    private string FormatObject(JsonObject table, string indent)
    {
        // In byte order (CT-50).
        IEnumerable<string> members = table.OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => Member(member.Key, member.Value!, indent + Step));
        if (Step is null)
            return "{" + string.Join(Comma, members) + "}";
        string inner = NewLine + indent + Step;
        return "{" + inner + string.Join("," + inner, members) + NewLine + indent + "}";
    }

    // These three are escaped, other characters stay as they are (CT-50).
    private static string Quote(string text) =>
        new StringBuilder("\"").Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value)
            .Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026").Append('"').ToString();
}
