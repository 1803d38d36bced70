namespace GpuContainers.Runtime.ContainerCli.CommandLine;

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
