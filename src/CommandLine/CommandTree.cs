namespace GpuContainers.CommandLine;

/// <summary>A program's commands with the flags that every program has.</summary>
public sealed class CommandTree
{
    /// <summary>Adds these flags to the commands.</summary>
    /// <param name="root">The program itself, with the verbs below it.</param>
    /// <param name="debug">The flag for log level debug, which is on the root already; null for none.</param>
    /// <param name="quiet">The flag for log level error, which wins over debug and is on the root already; null for none.</param>
    public CommandTree(Verb root, FlagSetting? debug = null, FlagSetting? quiet = null)
    {
        Root = root;
        Debug = debug;
        Quiet = quiet;
        Root.Add(Help);
        Root.Add(Version);
    }

    /// <summary>The program itself.</summary>
    public Verb Root { get; }

    /// <summary>Log level debug.</summary>
    public FlagSetting? Debug { get; }

    /// <summary>Log level error; wins over debug.</summary>
    public FlagSetting? Quiet { get; }

    /// <summary>Help.</summary>
    public FlagSetting Help { get; } = new("--help", "Show help", "-h");

    /// <summary>Version.</summary>
    public FlagSetting Version { get; } = new("--version", "Print the version", "-v");
}
