using System.Runtime.CompilerServices;

namespace GpuContainers.Diagnostics;

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
