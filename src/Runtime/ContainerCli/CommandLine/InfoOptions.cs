namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The options of the command <c>info</c> (CL-43).</summary>
internal sealed record InfoOptions(bool Csv, string? Print)
{
    internal static CliSyntax Syntax(string program) => new(
        program + " info", "", "Report the driver's versions and the GPUs", [CliOption.Flag("csv", '\0', "Print comma-separated values")]);

    /// <exception cref="UsageException">The words are not understood.</exception>
    internal static InfoOptions Read(CliSyntax syntax, IReadOnlyList<string> words)
    {
        bool csv = false;
        var reader = new OptionReader(syntax, words);
        while (reader.Next(out _) is { } option)
        {
            if (option.Name != "csv")
                return new InfoOptions(csv, GlobalOptions.CommonPrint(syntax, option.Name));
            csv = true;
        }
        return reader.Operands.Count == 0 ? new InfoOptions(csv, null) : throw UsageException.Word(syntax, "Too many arguments");
    }
}
