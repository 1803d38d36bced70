namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The options of the command <c>list</c>.</summary>
internal sealed class ListOptions
{
    /// <summary>The selection of devices; null when none was asked for.</summary>
    internal string? Devices { get; private set; }

    internal bool Libraries { get; private set; }

    internal bool Binaries { get; private set; }

    internal bool Sockets { get; private set; }

    internal bool Firmware { get; private set; }

    internal bool Compat32 { get; private set; }

    internal string MigConfig { get; private set; } = "";

    internal string MigMonitor { get; private set; } = "";

    internal string ImexChannels { get; private set; } = "";

    /// <summary>What is left out of the lookup.</summary>
    internal DriverOmissions Omissions { get; } = new();

    /// <summary>What the command line asks to be printed instead of any work; null for nothing.</summary>
    internal string? Print { get; private set; }

    internal static CliSyntax Syntax(string program) => new(
        program + " list", "", "List the driver's components on this host",
        [
            CliOption.Text("device", 'd', "ID", "Device UUIDs, PCI addresses or indices, separated by commas, or all"),
            CliOption.Flag("libraries", 'l', "List the driver's libraries"),
            CliOption.Flag("binaries", 'b', "List the driver's programs"),
            CliOption.Flag("ipcs", 'i', "List the sockets of the driver's daemons"),
            CliOption.Flag("firmwares", 'f', "List the firmware files"),
            CliOption.Flag("compat32", '\0', "List 32-bit libraries too"),
            .. SharedOptions.Lists,
            .. SharedOptions.Omissions,
        ]);

    /// <exception cref="UsageException">The words are not understood.</exception>
    internal static ListOptions Read(CliSyntax syntax, IReadOnlyList<string> words)
    {
        var options = new ListOptions();
        var reader = new OptionReader(syntax, words);
        while (reader.Next(out string? value) is { } option)
        {
            options.Take(syntax, option.Name, value);
            if (options.Print is not null)
                return options;
        }
        if (reader.Operands.Count > 0)
            throw UsageException.Word(syntax, "Too many arguments");
        // No word at all, or one --imex-channel=… word, means everything (CL-46).
        if (words.Count == 0 || (words.Count == 1 && words[0].StartsWith("--imex-channel=", StringComparison.Ordinal)))
            options.TakeEverything();
        return options;
    }

    private void TakeEverything()
    {
        Devices = "all";
        Libraries = Binaries = Sockets = Firmware = Compat32 = true;
    }

    private void Take(CliSyntax syntax, string name, string? value)
    {
        switch (name)
        {
            case "device":
                Devices = SharedOptions.Join(Devices, value!);
                break;
            case "libraries":
                Libraries = true;
                break;
            case "binaries":
                Binaries = true;
                break;
            case "ipcs":
                Sockets = true;
                break;
            case "firmwares":
                Firmware = true;
                break;
            case "compat32":
                Compat32 = true;
                break;
            case "mig-config":
                MigConfig = SharedOptions.Join(MigConfig, value!);
                break;
            case "mig-monitor":
                MigMonitor = SharedOptions.Join(MigMonitor, value!);
                break;
            case "imex-channel":
                ImexChannels = SharedOptions.Join(ImexChannels, value!);
                break;
            default:
                if (!Omissions.Take(name))
                    Print = GlobalOptions.CommonPrint(syntax, name);
                break;
        }
    }
}
