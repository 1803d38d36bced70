namespace GpuContainers.Diagnostics;

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
