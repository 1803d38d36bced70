using System.Text.Json;

namespace GpuContainers.Oci.Json;

/// <summary>Reads single elements of a document that <see cref="OciReader"/> has accepted.</summary>
internal static class ElementReader
{
    /// <summary>The text of a string; empty for null.</summary>
    internal static string Text(ReadOnlySpan<byte> json) => json[0] == (byte)'"' ? JsonText.Decode(json[1..^1]) : "";

    /// <summary>The name of a member that begins with its key.</summary>
    internal static string Key(ReadOnlySpan<byte> member)
    {
        var reader = new Utf8JsonReader(member);
        reader.Read();
        return JsonText.Decode(reader.ValueSpan);
    }

    internal static OciMount Mount(ReadOnlySpan<byte> json)
    {
        var mount = new OciMount();
        var reader = new Utf8JsonReader(json);
        while (NextMember(ref reader, out string name))
        {
            mount = name switch
            {
                "destination" => mount with { Destination = Text(ref reader) },
                "type" => mount with { Type = Text(ref reader) },
                "source" => mount with { Source = Text(ref reader) },
                "options" => mount with { Options = Texts(ref reader) },
                _ => mount,
            };
            reader.Skip();
        }
        return mount;
    }

    internal static OciHook Hook(ReadOnlySpan<byte> json)
    {
        var hook = new OciHook();
        var reader = new Utf8JsonReader(json);
        while (NextMember(ref reader, out string name))
        {
            hook = name switch
            {
                "path" => hook with { Path = Text(ref reader) },
                "args" => hook with { Args = Texts(ref reader) },
                "env" => hook with { Env = Texts(ref reader) },
                "timeout" => hook with { Timeout = reader.TokenType == JsonTokenType.Null ? null : reader.GetInt64() },
                _ => hook,
            };
            reader.Skip();
        }
        return hook;
    }

    internal static OciDevice Device(ReadOnlySpan<byte> json)
    {
        var device = new OciDevice();
        var reader = new Utf8JsonReader(json);
        while (NextMember(ref reader, out string name))
        {
            device = name switch
            {
                "path" => device with { Path = Text(ref reader) },
                "type" => device with { Type = Text(ref reader) },
                "major" => device with { Major = Number(ref reader) ?? 0 },
                "minor" => device with { Minor = Number(ref reader) ?? 0 },
                "filemode" => device with { FileMode = (UnixFileMode?)(uint?)Number(ref reader) },
                "uid" => device with { Uid = (uint?)Number(ref reader) },
                "gid" => device with { Gid = (uint?)Number(ref reader) },
                _ => device,
            };
            reader.Skip();
        }
        return device;
    }

    /// <summary>One member of an object that is a string, such as a mount's destination; empty when it is absent.</summary>
    internal static string Member(ReadOnlySpan<byte> json, string wanted)
    {
        string found = "";
        var reader = new Utf8JsonReader(json);
        while (NextMember(ref reader, out string name))
        {
            if (name == wanted)
                found = Text(ref reader);
            reader.Skip();
        }
        return found;
    }

    /// <summary>An object whose members are strings; of a repeated name the last value counts (RT-81).</summary>
    internal static Dictionary<string, string> TextMap(ReadOnlySpan<byte> json)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string key = JsonText.Decode(reader.ValueSpan);
            reader.Read();
            map[key] = Text(ref reader);
        }
        return map;
    }

    /// <summary>Steps to the next member's value; the name comes in lower case, because names match without regard to it (RT-81).</summary>
    private static bool NextMember(ref Utf8JsonReader reader, out string name)
    {
        name = "";
        if (reader.TokenType == JsonTokenType.None && reader.Read() && reader.TokenType != JsonTokenType.StartObject)
            return false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
            return false;
        name = JsonText.Decode(reader.ValueSpan).ToLowerInvariant();
        reader.Read();
        return true;
    }

    private static string Text(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? JsonText.Decode(reader.ValueSpan) : "";

    private static long? Number(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.Number ? reader.GetInt64() : null;

    private static List<string> Texts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray)
            return texts;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            texts.Add(Text(ref reader));
        return texts;
    }
}
