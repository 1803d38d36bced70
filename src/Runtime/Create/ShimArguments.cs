namespace GpuContainers.Runtime.Create;

/// <summary>
/// What the shim reads from a command line that belongs to the low-level runtime. Nothing is ever taken out of it (RT-2).
/// </summary>
/// <param name="IsCreate">Whether the subcommand is <c>create</c>, the only one whose bundle is edited (RT-3).</param>
/// <param name="ShowsVersion">Whether the version banner is asked for (RT-20, RT-24).</param>
/// <param name="Bundle">The bundle directory, empty for the working directory; null when the last bundle flag has no value (RT-74).</param>
/// <param name="Logging">The options that concern the shim's own log.</param>
internal sealed record ShimArguments(bool IsCreate, bool ShowsVersion, string? Bundle, LogOptions Logging)
{
    /// <summary>Reads a whole argument vector, the program name included.</summary>
    public static ShimArguments Parse(string[] argv)
    {
        int subcommand = Subcommand.Find(argv);
        return new ShimArguments(
            subcommand == Subcommand.Undecidable ? Subcommand.NamesCreate(argv) : subcommand < argv.Length && argv[subcommand] == "create",
            HasVersionFlag(argv, subcommand == Subcommand.Undecidable ? argv.Length : subcommand),
            BundleFlag.Value(argv),
            LogOptions.Scan(argv));
    }

    // Only in front of the subcommand, so that a flag of a command inside the container prints nothing (RT-20, RT-24).
    private static bool HasVersionFlag(string[] argv, int end)
    {
        for (int i = 0; i < end; i++)
        {
            if (argv[i].StartsWith('-') && LogOptions.Name(argv[i]) is "version")
                return true;
        }
        return false;
    }
}

/// <summary>The flag that names the bundle directory: <c>-b</c> or <c>--bundle</c>, with any number of dashes (RT-71, RT-73).</summary>
internal static class BundleFlag
{
    /// <summary>Whether the element is a bundle flag whose value is the next element.</summary>
    public static bool IsStandAlone(string element) => element.StartsWith('-') && element.AsSpan().TrimStart('-') is "b" or "bundle";

    /// <summary>The value of the last bundle flag; empty without one; null when the last element is a flag that lacks its value (RT-74).</summary>
    public static string? Value(string[] argv)
    {
        string value = "";
        for (int i = 0; i < argv.Length; i++)
        {
            if (IsStandAlone(argv[i]))
            {
                if (i + 1 == argv.Length)
                    return null;
                // Any value is consumed, also one that begins with a dash (RT-73).
                value = argv[++i];
            }
            else if (argv[i].StartsWith('-') && argv[i].Contains('=') && LogOptions.Name(argv[i]) is "b" or "bundle")
            {
                value = argv[i][(argv[i].IndexOf('=') + 1)..];
            }
        }
        return value;
    }
}

/// <summary>Finds the subcommand in a command line of runc or crun (RT-70 to RT-72).</summary>
internal static class Subcommand
{
    /// <summary>The answer of <see cref="Find"/> when an option that is not known stands before the subcommand.</summary>
    public const int Undecidable = -1;

    /// <summary>
    /// The index of the subcommand: the first element behind the program name that is neither an option nor the value of one.
    /// The length of the vector when there is none; <see cref="Undecidable"/> when an unknown option may or may not take the next element.
    /// </summary>
    public static int Find(string[] argv)
    {
        int index = 1;
        while (index < argv.Length)
        {
            string element = argv[index];
            if (!element.StartsWith('-'))
                return index;
            if (element == "--")
                return index + 1;
            if (element.Contains('='))
                index++;
            else if (TakesValue(element))
                index += 2;
            else if (IsSwitch(element))
                index++;
            else
                return Undecidable;
        }
        return argv.Length;
    }

    /// <summary>Whether an element is <c>create</c>, not counting one that directly follows a stand-alone bundle flag (RT-70).</summary>
    public static bool NamesCreate(string[] argv)
    {
        bool isValue = false;
        foreach (string element in argv)
        {
            if (!isValue && element == "create")
                return true;
            // Of two bundle flags in a row the second is the value of the first (RT-71).
            isValue = !isValue && BundleFlag.IsStandAlone(element);
        }
        return false;
    }

    // The value-taking global options of runc and crun (RT-72).
    private static bool TakesValue(string option) =>
        LogOptions.Name(option) is "root" or "log" or "log-format" or "log-level" or "criu" or "rootless" or "cgroup-manager" or "b" or "bundle";

    private static bool IsSwitch(string option) =>
        LogOptions.Name(option) is "debug" or "systemd-cgroup" or "no-pivot" or "version" or "v" or "V" or "help" or "h" or "usage";
}

/// <summary>The options of the low-level runtime's command line that the shim's own log follows (RT-30).</summary>
/// <param name="File">The additional log file; empty for none.</param>
/// <param name="Format">The format of every log file.</param>
/// <param name="Debug">Whether the level debug is forced.</param>
internal sealed record LogOptions(string File, LogFormat Format, bool Debug)
{
    /// <summary>Reads a whole argument vector once from the left, the program name included (RT-30 to RT-32).</summary>
    public static LogOptions Scan(string[] argv)
    {
        string? file = null;
        string? format = null;
        bool debug = false;
        bool version = false;
        // The last value wins, until all four names have been seen (RT-32).
        for (int i = 0; i < argv.Length && !(debug && version && file is not null && format is not null); i++)
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
    private static string? Value(string[] argv, ref int index)
    {
        int equals = argv[index].IndexOf('=');
        if (equals >= 0)
            return argv[index][(equals + 1)..];
        return index + 1 < argv.Length ? argv[++index] : null;
    }
}
