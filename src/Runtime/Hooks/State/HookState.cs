using System.Text.Json;

namespace GpuContainers.Runtime.Hooks.State;

/// <summary>What a hook needs of the OCI container state (HK-24 to HK-27).</summary>
/// <param name="Bundle">The bundle's path; empty when absent.</param>
/// <param name="Process">The number of the container's first process; 0 when absent.</param>
/// <param name="Root">crun's own member: the root's path, maybe relative to the bundle; empty when absent.</param>
internal sealed record HookState(string Bundle, long Process, string Root)
{
    /// <summary>Reads the first JSON value; what follows it is ignored (HK-25).</summary>
    /// <exception cref="HookException">No JSON value, no object, or a member of the wrong type.</exception>
    internal static HookState Parse(ReadOnlySpan<byte> json)
    {
        string bundle = "";
        string root = "";
        long process = 0;
        HookJson.ReadObject(json, "container state", (ref Utf8JsonReader reader, string name) =>
        {
            // In any case, a later one wins (HK-26). Members that are not used may be of any type (HK-27).
            if (name.Equals("bundle", StringComparison.OrdinalIgnoreCase))
                bundle = HookJson.Text(ref reader, "bundle", bundle);
            else if (name.Equals("root", StringComparison.OrdinalIgnoreCase))
                root = HookJson.Text(ref reader, "root", root);
            else if (name.Equals("pid", StringComparison.OrdinalIgnoreCase) && reader.TokenType == JsonTokenType.Number)
                process = reader.TryGetInt64(out long number) ? number : 0;
            else
                reader.Skip();
        });
        return new HookState(bundle, process, root);
    }

    /// <summary>The value of root.path in a config.json; empty when it is absent (HK-29).</summary>
    /// <exception cref="HookException">No JSON object, or root.path is not a string.</exception>
    internal static string RootPathOf(ReadOnlySpan<byte> config)
    {
        string path = "";
        HookJson.ReadObject(config, "config.json", (ref Utf8JsonReader reader, string name) =>
        {
            if (!IsRoot(name))
                reader.Skip();
            else
                path = RootPath(ref reader, path);
        });
        return path;
    }

    /// <summary>Whether a member of config.json is its root.</summary>
    internal static bool IsRoot(string name) => name.Equals("root", StringComparison.OrdinalIgnoreCase);

    /// <summary>The path in the root that the reader stands on.</summary>
    /// <param name="reader">Stands on the value of the member.</param>
    /// <param name="before">What it is when nothing is said.</param>
    /// <exception cref="HookException">It is no object, or the path no string.</exception>
    internal static string RootPath(ref Utf8JsonReader reader, string before)
    {
        string path = before;
        if (reader.TokenType != JsonTokenType.Null)
            HookJson.ReadMembers(ref reader, "root", (ref Utf8JsonReader inner, string member) =>
            {
                if (member.Equals("path", StringComparison.OrdinalIgnoreCase))
                    path = HookJson.Text(ref inner, "root.path", path);
                else
                    inner.Skip();
            });
        return path;
    }
}

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
