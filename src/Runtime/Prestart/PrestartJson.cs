using System.Text.Json;
using GpuContainers.Oci.Json;

namespace GpuContainers.Runtime.Prestart;

/// <summary>
/// Steps through JSON documents of which only a few members are used and all others may hold anything. As in NVIDIA's reader, names match
/// without regard to letter case, a repeated member takes its last value, null changes nothing, and what follows the first value is not looked at.
/// </summary>
internal static class PrestartJson
{
    /// <summary>NVIDIA's depth, and no objection to text behind the value (LG-18).</summary>
    public static readonly JsonReaderOptions Options = new() { AllowMultipleValues = true, MaxDepth = 10000 };

    /// <summary>A reader before the first token of a text.</summary>
    public static Utf8JsonReader Reader(ReadOnlySpan<byte> json) => new(json, Options);

    /// <summary>Steps on to the first token of an object's members; false when the value is null.</summary>
    /// <exception cref="JsonException">The value is not an object, or the text ends before it.</exception>
    public static bool Enter(ref Utf8JsonReader reader, string member)
    {
        if (reader.TokenType == JsonTokenType.None)
            reader.Read();
        return IsOrNull(ref reader, JsonTokenType.StartObject, member, "an object");
    }

    /// <summary>Steps into a list; false when the value is null.</summary>
    /// <exception cref="JsonException">The value is not a list.</exception>
    public static bool EnterList(ref Utf8JsonReader reader, string member)
    {
        if (reader.TokenType == JsonTokenType.None)
            reader.Read();
        return IsOrNull(ref reader, JsonTokenType.StartArray, member, "a list");
    }

    /// <summary>Steps to the value of the next member, its name in lower case; false at the end of the object.</summary>
    /// <exception cref="JsonException">The text breaks off.</exception>
    public static bool NextMember(ref Utf8JsonReader reader, out string name)
    {
        name = "";
        if (!reader.Read() || reader.TokenType == JsonTokenType.EndObject)
            return false;
        name = JsonText.Decode(reader.ValueSpan).ToLowerInvariant();
        return reader.Read();
    }

    /// <summary>Steps to the next element of a list; false at its end.</summary>
    /// <exception cref="JsonException">The text breaks off.</exception>
    public static bool NextElement(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    /// <summary>A string; what was there before for null.</summary>
    /// <exception cref="JsonException">The value is not a string.</exception>
    public static string Text(ref Utf8JsonReader reader, string member, string before) =>
        IsOrNull(ref reader, JsonTokenType.String, member, "a string") ? JsonText.Decode(reader.ValueSpan) : before;

    /// <summary>A whole number; what was there before for null.</summary>
    /// <exception cref="JsonException">The value is not a number, has a fraction or an exponent, or needs more than 64 bits.</exception>
    public static long Integer(ref Utf8JsonReader reader, string member, long before)
    {
        if (!IsOrNull(ref reader, JsonTokenType.Number, member, "a whole number"))
            return before;
        return reader.TryGetInt64(out long value) ? value : throw new JsonException($"{member} is not a whole number of 64 bits");
    }

    /// <summary>A list of strings; empty for null, as is the text of an element that is null.</summary>
    /// <exception cref="JsonException">The value is not a list, or an element is not a string.</exception>
    public static List<string> Texts(ref Utf8JsonReader reader, string member)
    {
        var texts = new List<string>();
        if (!EnterList(ref reader, member))
            return texts;
        while (NextElement(ref reader))
            texts.Add(Text(ref reader, member, ""));
        return texts;
    }

    private static bool IsOrNull(ref Utf8JsonReader reader, JsonTokenType wanted, string member, string description)
    {
        if (reader.TokenType == wanted)
            return true;
        return reader.TokenType == JsonTokenType.Null ? false : throw new JsonException($"{member} is {Kind(reader.TokenType)}, not {description}");
    }

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "true or false",
        JsonTokenType.StartArray => "a list",
        _ => "an object",
    };
}
