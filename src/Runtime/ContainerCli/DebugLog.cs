using System.Runtime.CompilerServices;

namespace GpuContainers.Runtime.ContainerCli;

/// <summary>The log that --debug asks for, in NVIDIA's form; what cannot be opened is silently off (CL-11, CL-12).</summary>
internal sealed class DebugLog : IDisposable
{
    private readonly Descriptor? _file;
    private readonly int _thread = ProcessCredentials.ThreadId;

    /// <summary>Appends to a file; an empty name means no log.</summary>
    internal DebugLog(string path)
    {
        if (path.Length == 0)
            return;
        try
        {
            _file = HostFile.OpenLog(path, FileModes.PublicFile);
        }
        catch (LinuxException)
        {
            // The log is off (CL-11); a link of another user is not followed either (SEC-29).
            return;
        }
        Write("\n-- WARNING, the following logs are for debugging purposes only --\n\n");
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    internal void Info(string message, [CallerLineNumber] int line = 0) => Write('I', message, line);

    internal void Warning(string message, [CallerLineNumber] int line = 0) => Write('W', message, line);

    internal void Error(string message, [CallerLineNumber] int line = 0) => Write('E', message, line);

    private void Write(char level, string message, int line)
    {
        if (_file is null)
            return;
        DateTime now = DateTime.UtcNow;
        Write(string.Create(CultureInfo.InvariantCulture, $"{level}{now:MMdd HH:mm:ss.ffffff} {_thread} container_cli:{line}] {Printable(message)}\n"));
    }

    // Names of files and values of options must not forge lines, nor steer the terminal of whoever reads the log (SEC-31).
    private static string Printable(string message) => ShownValues.Printable(message.Replace('\n', ' ').Replace('\r', ' '));

    private void Write(string text)
    {
        try
        {
            _file!.Write(Encoding.UTF8.GetBytes(text), "debug log");
        }
        catch (LinuxException)
        {
            // A log that cannot be written never stops the work.
        }
    }
}
