using System.Globalization;
using System.Text;

namespace GpuContainers.Diagnostics;

/// <summary>The text of one log record, in the formats that container engines expect.</summary>
public static class LogLine
{
    private static readonly long s_start = Environment.TickCount64;

    /// <summary>One record as UTF-8, its line end included, of at most 4096 bytes.</summary>
    public static byte[] Format(LogFormat format, DateTimeOffset time, LogLevel level, string message) =>
        Encoding.UTF8.GetBytes(ShownValues.Fit(message, text => Build(format, time, level, text)));

    private static string Build(LogFormat format, DateTimeOffset time, LogLevel level, string message)
    {
        if (format == LogFormat.Terminal)
            return $"{Name(level)[..4].ToUpperInvariant()}[{(Environment.TickCount64 - s_start) / 1000:d4}] {message}\n";
        string stamp = time.ToString(time.Offset == TimeSpan.Zero ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        var line = new StringBuilder(message.Length + 64);
        if (format == LogFormat.Json)
        {
            line.Append("{\"level\":\"").Append(Name(level)).Append("\",\"msg\":\"");
            AppendEscaped(line, message, json: true);
            line.Append("\",\"time\":\"").Append(stamp).Append("\"}\n");
        }
        else
        {
            line.Append("time=\"").Append(stamp).Append("\" level=").Append(Name(level)).Append(" msg=");
            AppendText(line, message);
            line.Append('\n');
        }
        return line.ToString();
    }

    private static string Name(LogLevel level) => level switch
    {
        LogLevel.Panic => "panic",
        LogLevel.Fatal => "fatal",
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Info => "info",
        LogLevel.Debug => "debug",
        _ => "trace",
    };

    // Quoted unless it is plain, so that a record never spans lines and no text can forge one (RT-42, SEC-12).
    private static void AppendText(StringBuilder line, string message)
    {
        bool plain = message.Length > 0;
        foreach (char c in message)
            plain &= char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/' or '@' or '^' or '+';
        if (plain)
        {
            line.Append(message);
            return;
        }
        line.Append('"');
        AppendEscaped(line, message, json: false);
        line.Append('"');
    }

    private static void AppendEscaped(StringBuilder line, string message, bool json)
    {
        foreach (char c in message)
        {
            switch (c)
            {
                case '"': line.Append("\\\""); break;
                case '\\': line.Append("\\\\"); break;
                case '\n': line.Append("\\n"); break;
                case '\r': line.Append("\\r"); break;
                case '\t': line.Append("\\t"); break;
                // As engines' own writers escape them (RT-43).
                case '<' or '>' or '&' or '\u2028' or '\u2029' when json:
                case < ' ' when json:
                case '\u007f' or (>= '\u0080' and < '\u00a0') or '\u2028' or '\u2029' or '\ufeff':
                    line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                case < ' ': line.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"); break;
                default: line.Append(c); break;
            }
        }
    }
}

/// <summary>How a log line looks.</summary>
public enum LogFormat
{
    /// <summary><c>time="…" level=… msg=…</c>.</summary>
    Text,

    /// <summary>One JSON object a line, as engines read it back from the file of <c>--log</c>.</summary>
    Json,

    /// <summary>For people at a terminal: four letters of the level, seconds since the program's start, the message as it is.</summary>
    Terminal,
}
