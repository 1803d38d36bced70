namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>What stands behind an option.</summary>
internal enum CliValue
{
    None,
    Required,

    /// <summary>Only in one word with the option: --name=value, -nvalue.</summary>
    Optional,
}

/// <summary>An option of the program or of one of its commands.</summary>
/// <param name="Name">The long name, without the dashes.</param>
/// <param name="Letter">The short name; NUL when it has none.</param>
/// <param name="Value">What stands behind it.</param>
/// <param name="ValueName">The value's name in the help.</param>
/// <param name="Help">What it does, in one line.</param>
/// <param name="Take">Takes note of it and of its value; null when it has none.</param>
internal sealed record CliOption(string Name, char Letter, CliValue Value, string ValueName, string Help, Action<string?> Take);

/// <summary>One level of the command line, the program itself or one of its commands: what it understands, and what was said.</summary>
/// <param name="program">The words it is called by, such as "nvidia-container-cli list".</param>
/// <param name="operands">What stands behind the options, in the usage line; empty for nothing.</param>
/// <param name="summary">What it does.</param>
internal abstract class CliLevel(string program, string operands, string summary)
{
    private readonly List<CliOption> _own = [];

    internal string Program => program;

    internal string Operands => operands;

    internal string Summary => summary;

    /// <summary>The options, with those that every level has behind its own (CL-4).</summary>
    internal IReadOnlyList<CliOption> Options => field ??=
    [
        .. _own,
        new("help", '?', CliValue.None, "", "Give this help list", _ => Print = CliTexts.Help(this)),
        new("usage", '\0', CliValue.None, "", "Give a short usage message", _ => Print = CliTexts.Usage(this)),
        new("version", 'V', CliValue.None, "", "Print the versions", _ => Print = CliTexts.Versions()),
    ];

    /// <summary>What the command line asks to be printed instead of any work; null for nothing.</summary>
    internal string? Print { get; private set; }

    /// <summary>The line that says how to call it.</summary>
    internal string UsageLine => $"Usage: {program} [OPTION...]{(operands.Length == 0 ? "" : " " + operands)}";

    protected void Flag(string name, char letter, string help, Action take) => Add(new CliOption(name, letter, CliValue.None, "", help, _ => take()));

    protected void Text(string name, char letter, string valueName, string help, Action<string> take) =>
        Add(new CliOption(name, letter, CliValue.Required, valueName, help, value => take(value!)));

    protected void Add(CliOption option) => _own.Add(option);

    /// <summary>Takes the options among the words, up to the first that is to be printed.</summary>
    /// <exception cref="UsageException">A word is not an option, or its value is missing.</exception>
    protected OptionReader ReadOptions(IReadOnlyList<string> words, bool stopsAtOperand = false)
    {
        var reader = new OptionReader(this, words, stopsAtOperand);
        while (Print is null && reader.Next(out string? value) is { } option)
            option.Take(value);
        return reader;
    }
}

/// <summary>What <c>list</c> and <c>configure</c> have in common: devices with rights, and what is left out when the driver is looked up.</summary>
internal abstract class SelectionOptions(string program, string operands, string summary) : CliLevel(program, operands, summary)
{
    internal string MigConfig { get; private set; } = "";

    internal string MigMonitor { get; private set; } = "";

    internal string ImexChannels { get; private set; } = "";

    internal DriverOmissions Omissions { get; } = new();

    /// <summary>Repeated lists are one list.</summary>
    protected static string Join(string? before, string value) => string.IsNullOrEmpty(before) ? value : $"{before},{value}";

    protected void AddLists()
    {
        Text("mig-config", '\0', "ID", "Give the right to configure MIG on the selected devices (all)", value => MigConfig = Join(MigConfig, value));
        Text("mig-monitor", '\0', "ID", "Give the right to monitor MIG on the selected devices (all)", value => MigMonitor = Join(MigMonitor, value));
        Text("imex-channel", '\0', "CHANNEL", "Numbers of IMEX channels, separated by commas", value => ImexChannels = Join(ImexChannels, value));
    }

    protected void AddOmissions()
    {
        Flag("no-persistenced", '\0', "Leave out the socket of nvidia-persistenced", () => Omissions.Persistenced = true);
        Flag("no-fabricmanager", '\0', "Leave out the socket of nv-fabricmanager", () => Omissions.FabricManager = true);
        Flag("no-gsp-firmware", '\0', "Leave out the firmware files", () => Omissions.GspFirmware = true);
        Flag("no-cntlibs", '\0', "Leave the container's own CUDA compatibility libraries alone", () => Omissions.ContainerLibraries = true);
    }
}

/// <summary>What is left out when the driver's components are looked up.</summary>
internal sealed class DriverOmissions
{
    internal bool Persistenced { get; set; }

    internal bool FabricManager { get; set; }

    internal bool GspFirmware { get; set; }

    /// <summary>Whether the image's CUDA compatibility libraries stay out.</summary>
    internal bool ContainerLibraries { get; set; }
}
