using System.Text;
using Microsoft.Win32.SafeHandles;

namespace GpuContainers.Linux;

/// <summary>An open file, terminal or pipe that receives log lines in one format.</summary>
/// <param name="handle">Where to write; the caller keeps and closes it.</param>
/// <param name="format">How a line looks.</param>
/// <param name="inUtc">Whether times are in UTC; else in the zone of the machine or of the variable TZ, whose file is read for that.</param>
public sealed class LogDestination(SafeFileHandle handle, LogFormat format, bool inUtc = false)
{
    /// <summary>Writes one line in one write. A log that cannot be written never stops the work, so a failure is ignored (RT-38).</summary>
    public void Write(LogLevel level, string message)
    {
        byte[] line = LogLine.Format(format, inUtc ? DateTimeOffset.UtcNow : DateTimeOffset.Now, level, message);
        _ = Libc.WriteOnce(handle, line);
    }

    /// <summary>Writes a text as it stands, between log lines and at the descriptor's own position, as they are.</summary>
    public void WritePlain(string text) => _ = Libc.WriteOnce(handle, Encoding.UTF8.GetBytes(text));
}
