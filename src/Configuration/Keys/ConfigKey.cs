using GpuContainers.Configuration.Model;

namespace GpuContainers.Configuration.Keys;

/// <summary>What is known of one key of config.toml.</summary>
/// <param name="Path">Its dotted path.</param>
/// <param name="Type">Its type.</param>
/// <param name="Programs">Who reads it, for people: "shim", "hook".</param>
/// <param name="Meaning">What it does, in one sentence.</param>
/// <param name="Read">Its value in a loaded configuration; null for a feature that is not set.</param>
/// <param name="IsEmitted">Whether the default file shows the key with its default.</param>
/// <param name="Sample">The value shown in a commented line as long as the key is not set; null if the key is not shown that way.</param>
public sealed record ConfigKey(
    string Path, ConfigKeyType Type, string Programs, string Meaning, Func<ToolkitConfig, TomlValue?> Read, bool IsEmitted = false, TomlValue? Sample = null)
{
    /// <summary>The values that the text may have; empty when it may be any.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    /// <summary>Whether the letter case of the value does not matter.</summary>
    public bool IgnoresCase { get; init; }

    /// <summary>Whether the text is a list of such values, separated by commas, or the word "all".</summary>
    public bool IsListOfValues { get; init; }

    /// <summary>Why a text cannot be the key's value; null when it can.</summary>
    public string? Refusal(string text)
    {
        if (Values.Count == 0 || (IsListOfValues && text == "all"))
            return null;
        StringComparer comparer = IgnoresCase ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;
        string[] parts = IsListOfValues ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) : [text];
        string? wrong = Array.Find(parts, part => !Values.Contains(part, comparer));
        return wrong is null ? null : $"\"{wrong}\" is not a value of {Path}; the values are {string.Join(", ", Values)}{(IsListOfValues ? ", or all" : "")}";
    }

    /// <summary>Why the key's value in a loaded configuration cannot be what is meant; null when it can.</summary>
    public string? Refusal(ToolkitConfig config) => Values.Count > 0 && Read(config) is TomlString text ? Refusal(text.Value) : null;

    /// <summary>The path as keys.</summary>
    public string[] Parts { get; } = Path.Split('.');
}

/// <summary>The types of keys in config.toml.</summary>
public enum ConfigKeyType
{
    /// <summary>true or false.</summary>
    Boolean,

    /// <summary>A three-state flag: absent, true or false.</summary>
    Feature,

    /// <summary>A text.</summary>
    Text,

    /// <summary>A list of texts.</summary>
    List,
}
