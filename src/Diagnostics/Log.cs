namespace GpuContainers.Diagnostics;

/// <summary>
/// The programs' one log. A message goes to every destination as one line in one write, so that lines of several processes do not mix.
/// Without <see cref="Start"/> nothing is written.
/// </summary>
public static class Log
{
    private static LogDestination[] s_destinations = [];
    private static LogLevel s_level = LogLevel.Info;

    /// <summary>Chooses level and destinations, in place of earlier ones (which stay open: their owner closes them).</summary>
    public static void Start(LogLevel level, params LogDestination[] destinations)
    {
        s_level = level;
        s_destinations = destinations;
    }

    /// <summary>Whether a message of this level would be written anywhere.</summary>
    public static bool Enabled(LogLevel level) => level <= s_level && s_destinations.Length > 0;

    /// <summary>Writes a message of level error.</summary>
    public static void Error(string message) => Write(LogLevel.Error, message);

    /// <summary>Writes a message of level warning.</summary>
    public static void Warning(string message) => Write(LogLevel.Warning, message);

    /// <summary>Writes a message of level info.</summary>
    public static void Info(string message) => Write(LogLevel.Info, message);

    /// <summary>Writes a message of level debug; its text is not even built when the level is off.</summary>
    public static void Debug(DebugMessage message) => Write(LogLevel.Debug, message.ToText());

    /// <summary>Writes a message of level trace; its text is not even built when the level is off.</summary>
    public static void Trace(TraceMessage message) => Write(LogLevel.Trace, message.ToText());

    private static void Write(LogLevel level, string? message)
    {
        if (message is null || !Enabled(level))
            return;
        foreach (LogDestination destination in s_destinations)
            destination.Write(level, message);
    }
}
