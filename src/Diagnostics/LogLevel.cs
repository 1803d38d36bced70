namespace GpuContainers.Diagnostics;

/// <summary>How much a message matters, from the most to the least.</summary>
public enum LogLevel
{
    /// <summary>Nothing but the end of the world: no message has this level, it silences all.</summary>
    Panic,

    /// <summary>As panic.</summary>
    Fatal,

    /// <summary>What made the program fail.</summary>
    Error,

    /// <summary>What works, but not as somebody may expect.</summary>
    Warning,

    /// <summary>What was done.</summary>
    Info,

    /// <summary>Why it was done.</summary>
    Debug,

    /// <summary>Every step.</summary>
    Trace,
}
