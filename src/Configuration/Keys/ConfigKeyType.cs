namespace GpuContainers.Configuration.Keys;

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
