namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The options of the command <c>list</c>.</summary>
internal sealed class ListOptions : SelectionOptions
{
    internal ListOptions(string program)
        : base(program + " list", "", "List the driver's components on this host")
    {
        Text("device", 'd', "ID", "Device UUIDs, PCI addresses or indices, separated by commas, or all", value => Devices = Join(Devices, value));
        Flag("libraries", 'l', "List the driver's libraries", () => Libraries = true);
        Flag("binaries", 'b', "List the driver's programs", () => Binaries = true);
        Flag("ipcs", 'i', "List the sockets of the driver's daemons", () => Sockets = true);
        Flag("firmwares", 'f', "List the firmware files", () => Firmware = true);
        Flag("compat32", '\0', "List 32-bit libraries too", () => Compat32 = true);
        AddLists();
        AddOmissions();
    }

    /// <summary>The selection of devices; null when none was asked for.</summary>
    internal string? Devices { get; private set; }

    internal bool Libraries { get; private set; }

    internal bool Binaries { get; private set; }

    internal bool Sockets { get; private set; }

    internal bool Firmware { get; private set; }

    internal bool Compat32 { get; private set; }

    /// <exception cref="UsageException">The words are not understood.</exception>
    internal static ListOptions Read(string program, IReadOnlyList<string> words)
    {
        var options = new ListOptions(program);
        OptionReader reader = options.ReadOptions(words);
        if (options.Print is not null)
            return options;
        if (reader.Operands.Count > 0)
            throw UsageException.Word(options, "Too many arguments");
        // No word at all, or one --imex-channel=… word, means everything (CL-46).
        if (words.Count == 0 || (words.Count == 1 && words[0].StartsWith("--imex-channel=", StringComparison.Ordinal)))
        {
            options.Devices = "all";
            options.Libraries = options.Binaries = options.Sockets = options.Firmware = options.Compat32 = true;
        }
        return options;
    }
}

/// <summary>The options of the command <c>info</c> (CL-43).</summary>
internal sealed class InfoOptions : CliLevel
{
    private InfoOptions(string program)
        : base(program + " info", "", "Report the driver's versions and the GPUs") => Flag("csv", '\0', "Print comma-separated values", () => Csv = true);

    internal bool Csv { get; private set; }

    /// <exception cref="UsageException">The words are not understood.</exception>
    internal static InfoOptions Read(string program, IReadOnlyList<string> words)
    {
        var options = new InfoOptions(program);
        OptionReader reader = options.ReadOptions(words);
        return options.Print is not null || reader.Operands.Count == 0 ? options : throw UsageException.Word(options, "Too many arguments");
    }
}
