using System.Text.Json;

namespace GpuContainers.Runtime.Hooks.State;

/// <summary>Called at the value of a member; must read or skip it.</summary>
internal delegate void HookMemberReader(ref Utf8JsonReader reader, string name);

/// <summary>JSON from trusted files, read defensively (SEC-18): nothing is built that is not asked for.</summary>
internal static class HookJson
{
    // Deeper values than this are an error, not a deep recursion (SEC-18).
    private const int MaximumDepth = 64;

    /// <summary>Reads the first value, which must be an object or null (HK-25).</summary>
    /// <exception cref="HookException">It is neither.</exception>
    internal static void ReadObject(ReadOnlySpan<byte> json, string what, HookMemberReader member)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth, AllowMultipleValues = true });
        try
        {
            if (!reader.Read())
                throw new HookException($"the {what} is empty; the container runtime must pass it");
            if (reader.TokenType != JsonTokenType.Null)
                ReadMembers(ref reader, what, member);
        }
        // A text with half a surrogate pair is the second kind.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new HookException($"the {what} is not valid JSON: {error.Message}", error);
        }
    }

    /// <summary>Reads the object that the reader stands on.</summary>
    /// <exception cref="HookException">It stands on something else.</exception>
    internal static void ReadMembers(ref Utf8JsonReader reader, string what, HookMemberReader member)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw new HookException($"the {what} is not a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            member(ref reader, name);
        }
    }

    /// <summary>The string that the reader stands on; null leaves what was there before.</summary>
    /// <exception cref="HookException">It stands on something else.</exception>
    internal static string Text(ref Utf8JsonReader reader, string name, string before) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.Null => before,
        _ => throw new HookException($"the member {name} is not a string"),
    };
}
