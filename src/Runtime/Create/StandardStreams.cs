namespace GpuContainers.Runtime.Create;

/// <summary>
/// Standard output and error without the console classes, which cost start time and change the terminal (RT-62), and without waiting: engines may read a pipe
/// only after the end of the process (RT-266).
/// </summary>
internal static class StandardStreams
{
    private static readonly Descriptor s_output = new(1);
    private static readonly Descriptor s_errors = new(2);

    /// <summary>Writes text to standard output at once, so that it precedes what the low-level runtime prints (RT-25).</summary>
    public static void Write(string text) => s_output.WriteWithoutWaiting(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes text to standard error as it is (LG-9).</summary>
    public static void WriteErrorText(string text) => s_errors.WriteWithoutWaiting(Encoding.UTF8.GetBytes(text));

    /// <summary>One line on standard error in the text format, whatever the format of the log files is (RT-5, RT-45).</summary>
    public static void WriteError(string message) => Errors.Write(LogLevel.Error, message);

    /// <summary>Standard error as a log has it.</summary>
    public static LogDestination Errors => new(s_errors.WriteWithoutWaiting, LogFormat.Text);
}
