namespace GpuContainers.Engines;

/// <summary>An engine's configuration that cannot be read or changed.</summary>
/// <param name="reason">What kind of fault it is.</param>
/// <param name="message">The text for people; it names the path, key or position.</param>
/// <param name="inner">The cause, or null.</param>
public sealed class EngineException(EngineFault reason, string message, Exception? inner = null) : ToolkitException(message, inner)
{
    /// <summary>A value that is refused, or a file that cannot be changed.</summary>
    public EngineException(string message, Exception? inner = null)
        : this(EngineFault.Value, message, inner)
    {
    }

    /// <summary>What kind of fault it is.</summary>
    public EngineFault Reason => reason;

    /// <summary>The same failure, its text preceded by the step that failed, and followed by what to do about it.</summary>
    internal EngineException Within(string step, string hint = "") => new(reason, step + Message + hint, this);
}

/// <summary>What is wrong with an engine's configuration.</summary>
public enum EngineFault
{
    /// <summary>A value that is not allowed, or a file that was changed by someone else or cannot be written.</summary>
    Value,

    /// <summary>A file's text is not what its format allows.</summary>
    Syntax,

    /// <summary>A program that should print the engine's configuration failed.</summary>
    Command,

    /// <summary>A file cannot be replaced without losing its owner or attributes, nor be written in place.</summary>
    Metadata,
}
