using System.Text.Json;
using GpuContainers.Oci;

namespace GpuContainers.Core.LegacyHook;

/// <summary>
/// Steps through JSON documents of which only a few members are used and all others may hold anything. Names match without regard to letter case,
/// as runtimes' own readers match them; null counts as absent.
/// </summary>
internal static class HookJson
{
    /// <summary>What follows the first value is not looked at (LG-18).</summary>
    public static Utf8JsonReader Reader(ReadOnlySpan<byte> json) => new(json, new JsonReaderOptions { AllowMultipleValues = true });

    /// <summary>Steps on to the first token of an object's members; false when the value is null.</summary>
    /// <exception cref="JsonException">The value is no object.</exception>
    public static bool Enter(ref Utf8JsonReader reader, string member)
    {
        if (reader.TokenType == JsonTokenType.None && !reader.Read())
            throw new JsonException("unexpected EOF");
        if (reader.TokenType == JsonTokenType.Null)
            return false;
        return reader.TokenType == JsonTokenType.StartObject ? true : throw Mismatch(reader, member, "an object");
    }

    /// <summary>Steps to the value of the next member, its name in lower case; false at the end of the object.</summary>
    public static bool NextMember(ref Utf8JsonReader reader, out string name)
    {
        name = "";
        if (!reader.Read())
            throw new JsonException("unexpected EOF");
        if (reader.TokenType == JsonTokenType.EndObject)
            return false;
        name = JsonText.Decode(reader.ValueSpan).ToLowerInvariant();
        reader.Read();
        return true;
    }

    /// <summary>Steps to the next element of a list; false at its end.</summary>
    public static bool NextElement(ref Utf8JsonReader reader) => reader.Read() && reader.TokenType != JsonTokenType.EndArray;

    /// <summary>A string; empty for null.</summary>
    /// <exception cref="JsonException">The value is no string.</exception>
    public static string Text(ref Utf8JsonReader reader, string member) => reader.TokenType switch
    {
        JsonTokenType.String => JsonText.Decode(reader.ValueSpan),
        JsonTokenType.Null => "",
        _ => throw Mismatch(reader, member, "a string"),
    };

    /// <summary>An integer; 0 for null.</summary>
    /// <exception cref="JsonException">The value is no integer of 64 bits.</exception>
    public static long Integer(ref Utf8JsonReader reader, string member)
    {
        if (reader.TokenType == JsonTokenType.Null)
            return 0;
        return reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long value) ? value : throw Mismatch(reader, member, "an integer");
    }

    /// <summary>A list of strings; empty for null.</summary>
    /// <exception cref="JsonException">The value is no list, or an element is no string.</exception>
    public static List<string> Texts(ref Utf8JsonReader reader, string member)
    {
        var texts = new List<string>();
        if (!EnterList(ref reader, member))
            return texts;
        while (NextElement(ref reader))
            texts.Add(Text(ref reader, member));
        return texts;
    }

    /// <summary>Steps into a list; false when the value is null.</summary>
    /// <exception cref="JsonException">The value is no list.</exception>
    public static bool EnterList(ref Utf8JsonReader reader, string member) => reader.TokenType switch
    {
        JsonTokenType.StartArray => true,
        JsonTokenType.Null => false,
        _ => throw Mismatch(reader, member, "a list"),
    };

    private static JsonException Mismatch(in Utf8JsonReader reader, string member, string wanted) =>
        new($"{member} is {Kind(reader.TokenType)}, not {wanted}");

    private static string Kind(JsonTokenType token) => token switch
    {
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.StartArray => "a list",
        _ => "an object",
    };
}
