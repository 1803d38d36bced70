namespace GpuContainers.Configuration;

/// <summary>Why a configuration could not be used.</summary>
public enum ConfigurationFailure
{
    /// <summary>A file that must exist does not (CF-3).</summary>
    Missing,

    /// <summary>The file cannot be read (CF-5).</summary>
    Unreadable,

    /// <summary>The text is not TOML, or defines a key twice (CF-11).</summary>
    Syntax,

    /// <summary>A value has another type than its key wants (CF-15).</summary>
    Type,

    /// <summary>A value that is not allowed (CF-40).</summary>
    Value,

    /// <summary>A key that does not exist (CF-110).</summary>
    UnknownKey,

    /// <summary>The file cannot be written (CF-103).</summary>
    Unwritable,
}
