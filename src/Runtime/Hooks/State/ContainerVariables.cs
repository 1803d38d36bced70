using System.Text.Json;

namespace GpuContainers.Runtime.Hooks.State;

/// <summary>Variables of a container, from its config.json.</summary>
internal static class ContainerVariables
{
    /// <summary>The values of these names, each that of the last entry; empty where there is none.</summary>
    /// <exception cref="HookException">No JSON object, or process.env is not a list of texts.</exception>
    internal static string[] Read(ReadOnlySpan<byte> config, params string[] names)
    {
        string[] values = new string[names.Length];
        Array.Fill(values, "");
        HookJson.ReadObject(config, "config.json", (ref Utf8JsonReader reader, string name) =>
        {
            if (!name.Equals("process", StringComparison.OrdinalIgnoreCase))
                reader.Skip();
            else if (reader.TokenType != JsonTokenType.Null)
                HookJson.ReadMembers(ref reader, "process", (ref Utf8JsonReader inner, string member) =>
                {
                    if (member.Equals("env", StringComparison.OrdinalIgnoreCase))
                        ReadEntries(ref inner, names, values);
                    else
                        inner.Skip();
                });
        });
        return values;
    }

    private static void ReadEntries(ref Utf8JsonReader reader, string[] names, string[] values)
    {
        Array.Fill(values, "");
        if (reader.TokenType == JsonTokenType.Null)
            return;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new HookException("the member process.env is not a list");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw new HookException("the list process.env holds something that is not a text");
            Take(Entry(ref reader), names, values);
        }
    }

    private static void Take(ReadOnlySpan<byte> entry, string[] names, string[] values)
    {
        int equals = entry.IndexOf((byte)'=');
        if (equals < 0)
            return;
        for (int i = 0; i < names.Length; i++)
        {
            if (Ascii.Equals(entry[..equals], names[i]))
                values[i] = Encoding.UTF8.GetString(entry[(equals + 1)..]);
        }
    }

    // Variables of no interest may be anything: bytes that are not UTF-8 (HK-133), and half a surrogate pair, which nothing can be made of.
    private static ReadOnlySpan<byte> Entry(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan;
        byte[] text = new byte[reader.ValueSpan.Length];
        try
        {
            return text.AsSpan(0, reader.CopyString(text));
        }
        catch (InvalidOperationException)
        {
            return reader.ValueSpan;
        }
    }
}
