namespace GpuContainers.Configuration;

/// <summary>A configuration that cannot be read, or a change to it that makes no sense.</summary>
/// <param name="reason">What kind of fault it is.</param>
/// <param name="message">The text for people; it names the key, path or position.</param>
/// <param name="inner">The cause, or null.</param>
public sealed class ConfigurationException(ConfigurationFailure reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of fault it is.</summary>
    public ConfigurationFailure Reason { get; } = reason;
}
