namespace GpuContainers.Runtime.Create;

/// <summary>The options of the low-level runtime's command line that the shim's own log follows (RT-30).</summary>
/// <param name="File">The additional log file; empty for none.</param>
/// <param name="Format">The format of every log file.</param>
/// <param name="Debug">Whether the level debug is forced.</param>
internal sealed record LogOptions(string File, LogFormat Format, bool Debug)
{
    /// <summary>Reads a whole argument vector once from the left, the program name included (RT-30 to RT-32).</summary>
    public static LogOptions Scan(IReadOnlyList<string> argv)
    {
        string? file = null;
        string? format = null;
        bool debug = false;
        bool version = false;
        // The last value wins, until all four names have been seen (RT-32).
        for (int i = 0; i < argv.Count && !(debug && version && file is not null && format is not null); i++)
        {
            if (!argv[i].StartsWith('-'))
                continue;
            switch (Name(argv[i]))
            {
                case "log": file = Value(argv, ref i) ?? file; break;
                case "log-format": format = Value(argv, ref i) ?? format; break;
                case "debug": debug = true; break;
                case "version": version = true; break;
                default: break;
            }
        }
        return new LogOptions(file ?? "", format == "json" ? LogFormat.Json : LogFormat.Text, debug);
    }

    /// <summary>The name of an option: the part before the first "=" without leading dashes.</summary>
    public static ReadOnlySpan<char> Name(string element)
    {
        int equals = element.IndexOf('=');
        return (equals < 0 ? element.AsSpan() : element.AsSpan(0, equals)).TrimStart('-');
    }

    // A value taken from the next element is consumed, even if it begins with a dash; one that is missing at the end is ignored (RT-31).
    private static string? Value(IReadOnlyList<string> argv, ref int index)
    {
        int equals = argv[index].IndexOf('=');
        if (equals >= 0)
            return argv[index][(equals + 1)..];
        return index + 1 < argv.Count ? argv[++index] : null;
    }
}
