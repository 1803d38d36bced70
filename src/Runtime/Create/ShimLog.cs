using GpuContainers.Configuration.Model;

namespace GpuContainers.Runtime.Create;

/// <summary>The shim's log files: the one of the configuration and the one the engine names with <c>--log</c>.</summary>
internal sealed class ShimLog
{
    private readonly List<Descriptor> _files = [];

    private ShimLog()
    {
    }

    /// <summary>
    /// Opens what the configuration and the command line ask for; with the version flag nothing (RT-23). A file that cannot be opened is not an error
    /// (RT-38).
    /// </summary>
    public static ShimLog Start(RuntimeConfig config, ShimArguments arguments)
    {
        var log = new ShimLog();
        LogLevel? level = arguments.Logging.Debug ? LogLevel.Debug : Level(config.LogLevel);
        var failures = new List<string>();
        // Both names may denote one file; each message then appears twice (RT-37).
        LogDestination[] destinations = arguments.ShowsVersion ? [] : log.Open([config.Debug, arguments.Logging.File], arguments.Logging.Format, failures);
        Log.Start(level ?? LogLevel.Info, destinations);
        // The warning about files comes first (RT-39).
        if (failures.Count > 0)
            Log.Warning($"Failed to open log file: {string.Join('\n', failures)}");
        if (level is null)
            Log.Warning($"Error getting log level: invalid log-level '{config.LogLevel}'");
        return log;
    }

    /// <summary>Closes the files; the text of what went wrong, empty if nothing did (RT-47).</summary>
    public string Close()
    {
        Log.Start(LogLevel.Info);
        string cause = "";
        foreach (Descriptor file in _files)
        {
            Errno error = file.Close();
            if (error != Errno.None)
                cause = $"failed to reset logger: close: {error.Describe()}";
        }
        _files.Clear();
        return cause;
    }

    // In any letter case; null for a word that is not a level (RT-33).
    private static LogLevel? Level(string text) => text.ToLowerInvariant() switch
    {
        "panic" => LogLevel.Panic,
        "fatal" => LogLevel.Fatal,
        "error" => LogLevel.Error,
        "warn" or "warning" => LogLevel.Warning,
        "info" => LogLevel.Info,
        "debug" => LogLevel.Debug,
        "trace" => LogLevel.Trace,
        _ => null,
    };

    private LogDestination[] Open(ReadOnlySpan<string> paths, LogFormat format, List<string> failures)
    {
        var destinations = new List<LogDestination>();
        foreach (string path in paths)
        {
            // Both an empty name and /dev/null mean that nobody wants the log (RT-35).
            if (path.Length == 0 || path == "/dev/null")
                continue;
            try
            {
                // Missing parents 0755, the file 0644, never truncated (RT-36).
                HostDirectory.Create(LexicalPath.Parent(path), FileModes.PublicFolder);
                Descriptor file = HostFile.OpenLog(path, FileModes.PublicFile);
                _files.Add(file);
                destinations.Add(new LogDestination(file.WriteOnce, format));
            }
            catch (LinuxException error)
            {
                failures.Add(error.Message);
            }
        }
        return [.. destinations];
    }
}
