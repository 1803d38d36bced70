using System.Runtime.CompilerServices;

namespace GpuContainers.Diagnostics;

/// <summary>
/// The log of the work that the running thread does. A message goes to every destination as one line in one write, so that lines of several processes do not
/// mix.
/// Without <see cref="Start"/> nothing is written. A thread that goes on with another's work takes its log over: <see cref="Current"/>.
/// </summary>
public static class Log
{
    // Of the thread and not of the process: whoever does several things at a time in one process, as tests do, has a log for each.
    [ThreadStatic]
    private static LogOutput? t_current;

    /// <summary>Where messages of this thread go; null when they go nowhere.</summary>
    public static LogOutput? Current
    {
        get => t_current;
        set => t_current = value;
    }

    /// <summary>Chooses level and destinations, in place of earlier ones (which stay open: their owner closes them).</summary>
    public static void Start(LogLevel level, params LogDestination[] destinations) => t_current = new LogOutput(level, destinations);

    /// <summary>Whether a message of this level would be written anywhere.</summary>
    public static bool Enabled(LogLevel level) => t_current is { } current && current.Takes(level);

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
        if (message is not null && t_current is { } current)
            current.Write(level, message);
    }
}

/// <summary>The text of a debug message, built only if the level is on.</summary>
[InterpolatedStringHandler]
public ref struct DebugMessage
{
    private DefaultInterpolatedStringHandler _text;
    private readonly bool _enabled;

    /// <summary>Called by the compiler at the start of an interpolated string; <paramref name="enabled"/> false skips the rest.</summary>
    public DebugMessage(int literalLength, int formattedCount, out bool enabled)
    {
        _enabled = enabled = Log.Enabled(LogLevel.Debug);
        if (enabled)
            _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount);
    }

    /// <summary>Adds literal text.</summary>
    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    /// <summary>Adds a value.</summary>
    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>The finished text; null when the level is off.</summary>
    public string? ToText() => _enabled ? _text.ToStringAndClear() : null;
}

/// <summary>The text of a trace message, built only if the level is on.</summary>
[InterpolatedStringHandler]
public ref struct TraceMessage
{
    private DefaultInterpolatedStringHandler _text;
    private readonly bool _enabled;

    /// <summary>Called by the compiler at the start of an interpolated string; <paramref name="enabled"/> false skips the rest.</summary>
    public TraceMessage(int literalLength, int formattedCount, out bool enabled)
    {
        _enabled = enabled = Log.Enabled(LogLevel.Trace);
        if (enabled)
            _text = new DefaultInterpolatedStringHandler(literalLength, formattedCount);
    }

    /// <summary>Adds literal text.</summary>
    public void AppendLiteral(string value) => _text.AppendLiteral(value);

    /// <summary>Adds a value.</summary>
    public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

    /// <summary>The finished text; null when the level is off.</summary>
    public string? ToText() => _enabled ? _text.ToStringAndClear() : null;
}
