using GpuContainers.Diagnostics;

namespace GpuContainers.Configuration;

/// <summary>A configuration that cannot be read, or a change to it that makes no sense.</summary>
/// <param name="reason">What kind of fault it is.</param>
/// <param name="message">The text for people; it names the key, path or position.</param>
/// <param name="inner">The cause, or null.</param>
public sealed class ConfigurationException(ConfigurationFailure reason, string message, Exception? inner = null) : ToolkitException(message, inner)
{
    /// <summary>A value that is refused, or a file that cannot be written.</summary>
    public ConfigurationException(string message, Exception? inner = null)
        : this(ConfigurationFailure.Value, message, inner)
    {
    }

    /// <summary>What kind of fault it is.</summary>
    public ConfigurationFailure Reason => reason;

    /// <summary>The same failure, its text preceded by the step that failed, and followed by what to do about it.</summary>
    public ConfigurationException Within(string step, string hint = "") => new(reason, step + Message + hint, this);
}

/// <summary>What is wrong with a configuration.</summary>
public enum ConfigurationFailure
{
    /// <summary>A value has the wrong type, or one that is not allowed.</summary>
    Value,

    /// <summary>A file that was named is not there.</summary>
    Missing,

    /// <summary>A file cannot be read.</summary>
    Unreadable,

    /// <summary>The text is not TOML.</summary>
    Syntax,
}
