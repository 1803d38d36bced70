using GpuContainers.Configuration.Keys;

namespace GpuContainers.Configuration.Editing;

/// <summary>One change of config.toml, as <c>--set</c> asks for it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">Its new value; null removes the key.</param>
public sealed record ConfigChange(ConfigKey Key, TomlValue? Value)
{
    /// <summary>Reads the text behind <c>--set</c>: <c>key</c> or <c>key=value</c>.</summary>
    /// <param name="text">The text; all behind the first "=" is the value.</param>
    /// <param name="separator">What separates the elements of a list.</param>
    /// <exception cref="ConfigurationException">There is no such key, or the value does not fit its type.</exception>
    public static ConfigChange Parse(string text, string separator)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string path = equals < 0 ? text : text[..equals];
        string? value = equals < 0 ? null : text[(equals + 1)..];
        if (ConfigKeys.Find(path) is { } key)
            return new ConfigChange(key, Convert(key, text, value, separator));
        if (!ConfigKeys.IsSection(path))
            throw Undefined(path);
        // A section has no value of its own (CF-111).
        throw value is null
            ? Invalid($"expected key=value; got {text}, which is a section")
            : new ConfigurationException($"unsupported type for [{path} {value}] (struct)");
    }

    /// <summary>Splits the texts given to <c>--set</c> at those commas behind which another known key begins; every other comma belongs to a value.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var parts = new List<string>();
        int start = 0;
        for (int comma = text.IndexOf(','); comma >= 0; comma = text.IndexOf(',', comma + 1))
        {
            int end = text.AsSpan(comma + 1).IndexOfAny('=', ',');
            string next = end < 0 ? text[(comma + 1)..] : text.Substring(comma + 1, end);
            if (ConfigKeys.Find(next) is null)
                continue;
            parts.Add(text[start..comma]);
            start = comma + 1;
        }
        parts.Add(text[start..]);
        return parts;
    }

    private static TomlValue? Convert(ConfigKey key, string text, string? value, string separator)
    {
        switch (key.Type)
        {
            case ConfigKeyType.Feature when value == "nil":
                // Only feature flags can be removed (CF-116).
                return null;
            case ConfigKeyType.Boolean or ConfigKeyType.Feature:
                return new TomlBoolean(value is null || (GoBoolean.Parse(value) ?? throw Invalid($"\"{value}\" is neither true nor false")));
        }
        if (value is null)
            throw Invalid($"expected key=value; got {text}");
        // A word that nobody knows would be noticed only when the next container starts (RT-274).
        if (key.Type == ConfigKeyType.Text && key.Refusal(value) is { } refusal)
            throw new ConfigurationException(refusal);
        return key.Type == ConfigKeyType.Text ? new TomlString(value) : TomlArray.From(Elements(value, separator));
    }

    // The separator if it occurs, else commas; an empty value is the empty list, because an empty element means nothing in any of our lists (CF-112).
    private static string[] Elements(string value, string separator)
    {
        if (value.Length == 0)
            return [];
        return value.Contains(separator, StringComparison.Ordinal) ? value.Split(separator) : value.Split(',');
    }

    // The first component at which the path leaves the known keys (CF-110, CF-115).
    private static ConfigurationException Undefined(string path)
    {
        string[] parts = path.Split('.');
        int known = 0;
        while (known < parts.Length && ConfigKeys.IsSection(string.Join('.', parts[..(known + 1)])))
            known++;
        if (known < parts.Length - 1 && ConfigKeys.Find(string.Join('.', parts[..(known + 1)])) is not null)
            known++;
        string? near = ConfigKeys.Nearest(path);
        return new ConfigurationException(
            $"invalid config option: undefined field: \"{parts[Math.Min(known, parts.Length - 1)]}\"" + (near is null ? "" : $"; did you mean {near}?"));
    }

    private static ConfigurationException Invalid(string cause) => new("invalid format: " + cause);
}
