using GpuContainers.Configuration;
using GpuContainers.Linux;

namespace GpuContainers.Engines;

/// <summary>An engine's configuration that cannot be read or changed.</summary>
/// <param name="reason">What kind of fault it is.</param>
/// <param name="message">The text for people; it names the path, key or position.</param>
/// <param name="inner">The cause, or null.</param>
public sealed class EngineException(EngineFault reason, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>What kind of fault it is.</summary>
    public EngineFault Reason { get; } = reason;

    /// <summary>Does a step; what fails in it names the step.</summary>
    /// <exception cref="EngineException">The step failed.</exception>
    public static T Step<T>(string what, Func<T> step)
    {
        try
        {
            return step();
        }
        catch (Exception failure) when (failure is EngineException or LinuxException or ConfigurationException)
        {
            EngineFault reason = failure is EngineException engine ? engine.Reason : EngineFault.Unwritable;
            throw new EngineException(reason, $"{what}: {failure.Message}", failure);
        }
    }
}

/// <summary>Why an engine's configuration could not be used or changed.</summary>
public enum EngineFault
{
    /// <summary>A file's text is not what its format allows.</summary>
    Syntax,

    /// <summary>A value has another type than the engine wants.</summary>
    Type,

    /// <summary>A value that is not allowed.</summary>
    Value,

    /// <summary>A program that should print the engine's configuration failed.</summary>
    Command,

    /// <summary>A file was changed by someone else since it was read.</summary>
    Changed,

    /// <summary>A file could not be written or removed.</summary>
    Unwritable,

    /// <summary>A file cannot be replaced without losing its owner or attributes, nor be written in place.</summary>
    Metadata,

    /// <summary>There is no backup, or it cannot be used.</summary>
    Backup,
}
