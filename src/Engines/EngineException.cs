namespace GpuContainers.Engines;

/// <summary>An engine's configuration that cannot be read or changed.</summary>
/// <param name="reason">What kind of fault it is.</param>
/// <param name="message">The text for people; it names the path, key or position.</param>
/// <param name="inner">The cause, or null.</param>
public sealed class EngineException(EngineFault reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of fault it is.</summary>
    public EngineFault Reason { get; } = reason;
}
