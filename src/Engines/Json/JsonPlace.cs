namespace GpuContainers.Engines.Json;

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
