using System.Text.Json.Nodes;

namespace GpuContainers.Engines.Json;

/// <summary>
/// A JSON file of a user, edited as a text: what is not changed keeps every byte, order, layout and number spelling included (CT-48, CT-51). Each edit
/// splices the text and reads it again.
/// </summary>
internal sealed partial class EditableJson
{
    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    private readonly bool _hasByteOrderMark;
    private readonly byte[] _original;
    private readonly JsonPlace _originalRoot;
    private byte[] _text;

    private EditableJson(byte[] text, bool hasByteOrderMark)
    {
        _text = _original = text;
        _hasByteOrderMark = hasByteOrderMark;
        // An empty file and one that says null are an object without members (CT-53, CT-64).
        if (text.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            Root = new JsonPlace(JsonValueKind.Object, 0, text.Length, []);
        else
            Root = JsonPlaceReader.Read(text);
        _originalRoot = Root;
        if (Root.Kind is not (JsonValueKind.Object or JsonValueKind.Null))
            throw WrongType([], Root, "an object");
    }

    /// <summary>The value of the whole text as it stands now.</summary>
    internal JsonPlace Root { get; private set; }

    /// <summary>Whether an edit has changed the text.</summary>
    internal bool IsChanged { get; private set; }

    /// <summary>Reads a file's content; none at all counts as an object without members.</summary>
    /// <exception cref="EngineException">It is not a JSON object; the message begins with "(line, column): ".</exception>
    internal static EditableJson Parse(ReadOnlySpan<byte> bytes)
    {
        bool hasMark = bytes.StartsWith(ByteOrderMark);
        return new EditableJson(bytes[(hasMark ? ByteOrderMark.Length : 0)..].ToArray(), hasMark);
    }

    /// <summary>The file's content as it stands now.</summary>
    internal byte[] ToBytes() => _hasByteOrderMark ? [.. ByteOrderMark, .. _text] : _text;

    /// <summary>The value at the end of a path of names; null when there is none, or it is null.</summary>
    internal JsonPlace? Find(params ReadOnlySpan<string> path) => Find(Root, path);

    private static JsonPlace? Find(JsonPlace root, ReadOnlySpan<string> path)
    {
        JsonPlace? place = root;
        foreach (string name in path)
            place = place?.Find(name)?.Value;
        return place?.Kind == JsonValueKind.Null ? null : place;
    }

    /// <summary>The object at the end of a path of names; null when there is none, or it is null.</summary>
    /// <exception cref="EngineException">There is something else (CT-64).</exception>
    internal JsonPlace? FindObject(params ReadOnlySpan<string> path) =>
        Find(path) is not { } place ? null : place.Kind == JsonValueKind.Object ? place : throw WrongType(path, place, "an object");

    /// <summary>The text of a string at the end of a path of names; null when there is none, it is something else, or not UTF-8.</summary>
    internal string? FindText(params ReadOnlySpan<string> path) =>
        Find(path) is { Kind: JsonValueKind.String } place ? IfUtf8(place, static value => value!.GetValue<string>()) : null;

    /// <summary>
    /// Makes a member have this value. One that has it already, in whatever spelling, is left alone; of an object only the members that differ are edited;
    /// missing objects on the way are made.
    /// </summary>
    /// <exception cref="EngineException">Something on the way is not an object (CT-64).</exception>
    internal void Set(ReadOnlySpan<string> path, JsonNode value)
    {
        for (int depth = 0; depth < path.Length; depth++)
        {
            JsonPlace? table = FindObject(path[..depth]);
            if (table?.Find(path[depth]) is { Value.Kind: not JsonValueKind.Null })
                continue;
            for (int inner = path.Length - 1; inner > depth; inner--)
                value = new JsonObject { [path[inner]] = value.DeepClone() };
            Insert(path[..depth], path[depth], value);
            return;
        }
        Change(path, Find(path)!, value);
    }

    /// <summary>Removes a member with all that is in it; nothing happens when there is none.</summary>
    internal void Remove(params ReadOnlySpan<string> path)
    {
        while (Find(path[..^1])?.Find(path[^1]) is { } member)
            RemoveMember(Find(path[..^1])!, member);
    }

    /// <summary>The error for a value of a wrong type; it names place and key (CT-64).</summary>
    internal EngineException WrongType(ReadOnlySpan<string> path, JsonPlace place, string expected)
    {
        // What the user has is what was read, not what edits made of it meanwhile (CT-197).
        (int line, int column) = Find(_originalRoot, path) is { } original ? JsonPosition.Find(_original, original.Start)
            : JsonPosition.Find(_text, place.Start);
        string what = path.IsEmpty ? "the document" : string.Join('.', path.ToArray());
        return new EngineException(
            $"({line}, {column}): {what} must be {expected}, "
            + $"but is {(place.Kind is JsonValueKind.Array or JsonValueKind.Object ? "an" : "a")} {place.KindName}");
    }

    private void Change(ReadOnlySpan<string> path, JsonPlace old, JsonNode value)
    {
        if (old.Kind == JsonValueKind.Object && value is JsonObject wanted)
        {
            string[] inner = [.. path, ""];
            foreach (string name in old.Members.Select(member => member.Name).Where(name => !wanted.ContainsKey(name)))
            {
                inner[^1] = name;
                Remove(inner);
            }
            foreach ((string name, JsonNode? member) in wanted)
            {
                inner[^1] = name;
                Set(inner, member!);
            }
        }
        else if (!IsEqual(old, value))
        {
            Splice(old.Start, old.End, Layout(old).Format(value, Indent(old.Start)));
        }
    }

    private bool IsEqual(JsonPlace place, JsonNode value) => IfUtf8(place, found => JsonNode.DeepEquals(found, value));

    // A text that is not UTF-8, or has half of a surrogate pair, is read by nobody and equals no other (SEC-27).
    private T? IfUtf8<T>(JsonPlace place, Func<JsonNode?, T> read)
    {
        try
        {
            return read(JsonNode.Parse(_text.AsSpan(place.Start, place.End - place.Start)));
        }
        catch (InvalidOperationException)
        {
            return default;
        }
    }

    private void Splice(int start, int end, string replacement)
    {
        _text = [.. _text.AsSpan(0, start), .. Encoding.UTF8.GetBytes(replacement), .. _text.AsSpan(end)];
        Root = JsonPlaceReader.Read(_text);
        IsChanged = true;
    }
}
