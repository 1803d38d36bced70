namespace GpuContainers.Configuration;

/// <summary>Why a configuration could not be used.</summary>
public enum ConfigurationFailure
{
    /// <summary>A file that must exist does not.</summary>
    Missing,

    /// <summary>The file cannot be read.</summary>
    Unreadable,

    /// <summary>The text is not TOML, or defines a key twice.</summary>
    Syntax,

    /// <summary>A value has another type than its key wants.</summary>
    Type,

    /// <summary>A value that is not allowed.</summary>
    Value,

    /// <summary>A key that does not exist.</summary>
    UnknownKey,

    /// <summary>The file cannot be written.</summary>
    Unwritable,
}
