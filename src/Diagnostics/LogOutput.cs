using System.Text;

namespace GpuContainers.Diagnostics;

/// <summary>A level, and where messages go that matter at least that much.</summary>
/// <param name="level">The last level that is written.</param>
/// <param name="destinations">All of them get every message; their owner closes them.</param>
public sealed class LogOutput(LogLevel level, params LogDestination[] destinations)
{
    /// <summary>Whether a message of this level would be written anywhere.</summary>
    public bool Takes(LogLevel of) => of <= level && destinations.Length > 0;

    /// <summary>Writes a message, unless its level is off.</summary>
    public void Write(LogLevel of, string message)
    {
        if (!Takes(of))
            return;
        foreach (LogDestination destination in destinations)
            destination.Write(of, message);
    }
}

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

/// <summary>Takes the bytes of one log record; must not throw, because a log that cannot be written never stops the work.</summary>
/// <param name="record">One record or text, complete, as UTF-8.</param>
public delegate void LogWriter(ReadOnlySpan<byte> record);

/// <summary>An open file, terminal or pipe that receives log lines in one format.</summary>
/// <param name="write">Writes one record; called once for each.</param>
/// <param name="format">How a line looks.</param>
/// <param name="inUtc">Whether times are in UTC; else in the zone of the machine or of the variable TZ, whose file is read for that.</param>
public class LogDestination(LogWriter write, LogFormat format, bool inUtc = false)
{
    private static readonly bool s_hasZone = Environment.GetEnvironmentVariable("TZ") is not { Length: > 0 } zone
        || IsFile(Path.Combine(Environment.GetEnvironmentVariable("TZDIR") ?? "/usr/share/zoneinfo", zone.TrimStart(':')));

    /// <summary>Writes one line.</summary>
    public virtual void Write(LogLevel level, string message) => write(Format(level, message));

    /// <summary>One line as this destination writes it.</summary>
    protected byte[] Format(LogLevel level, string message) =>
        LogLine.Format(format, inUtc || !s_hasZone ? DateTimeOffset.UtcNow : DateTimeOffset.Now, level, message);

    /// <summary>Writes a text as it stands, between log lines.</summary>
    public void WritePlain(string text) => write(Encoding.UTF8.GetBytes(text));

    // .NET would wait for a pipe, and read a device without an end into memory: these have no length, wherever links lead to them. What is not there yet
    // may become such a thing: a descriptor in /proc is what is opened next (SEC-27).
    private static bool IsFile(string path)
    {
        var file = new FileInfo(path);
        try
        {
            return file.Exists && (file.ResolveLinkTarget(returnFinalTarget: true) ?? file) is FileInfo { Exists: true, Length: > 0 };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
