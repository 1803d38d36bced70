using GpuContainers.Configuration.Model;
using GpuContainers.Configuration.Toml;

namespace GpuContainers.Configuration.Keys;

/// <summary>What is known of one key of config.toml.</summary>
/// <param name="Path">Its dotted path.</param>
/// <param name="Type">Its type.</param>
/// <param name="Programs">Who reads it, for people: "shim", "hook".</param>
/// <param name="Meaning">What it does, in one sentence.</param>
/// <param name="Read">Its value in a loaded configuration; null for a feature that is not set.</param>
public sealed record ConfigKey(string Path, ConfigKeyType Type, string Programs, string Meaning, Func<ToolkitConfig, TomlValue?> Read)
{
    /// <summary>Whether the default file shows the key with its default.</summary>
    public bool IsEmitted { get; init; }

    /// <summary>The value shown in a commented line as long as the key is not set; null if the key is not shown that way.</summary>
    public TomlValue? Sample { get; init; }

    /// <summary>The path as keys.</summary>
    public string[] Parts { get; } = Path.Split('.');
}
