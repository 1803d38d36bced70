using System.Text;

namespace GpuContainers.Diagnostics;

/// <summary>Takes the bytes of one log record; must not throw, because a log that cannot be written never stops the work.</summary>
/// <param name="record">One record or text, complete, as UTF-8.</param>
public delegate void LogWriter(ReadOnlySpan<byte> record);

/// <summary>An open file, terminal or pipe that receives log lines in one format.</summary>
/// <param name="write">Writes one record; called once for each.</param>
/// <param name="format">How a line looks.</param>
/// <param name="inUtc">Whether times are in UTC; else in the zone of the machine or of the variable TZ, whose file is read for that.</param>
public class LogDestination(LogWriter write, LogFormat format, bool inUtc = false)
{
    /// <summary>Writes one line.</summary>
    public virtual void Write(LogLevel level, string message) => write(Format(level, message));

    /// <summary>One line as this destination writes it.</summary>
    protected byte[] Format(LogLevel level, string message) =>
        LogLine.Format(format, inUtc ? DateTimeOffset.UtcNow : DateTimeOffset.Now, level, message);

    /// <summary>Writes a text as it stands, between log lines.</summary>
    public void WritePlain(string text) => write(Encoding.UTF8.GetBytes(text));
}
