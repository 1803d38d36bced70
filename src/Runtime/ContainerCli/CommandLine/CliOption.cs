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
internal sealed record CliOption(string Name, char Letter, CliValue Value, string ValueName, string Help)
{
    internal static readonly CliOption ShowHelp = new("help", '?', CliValue.None, "", "Give this help list");
    internal static readonly CliOption ShowUsage = new("usage", '\0', CliValue.None, "", "Give a short usage message");
    internal static readonly CliOption ShowVersion = new("version", 'V', CliValue.None, "", "Print the versions");

    internal static CliOption Flag(string name, char letter, string help) => new(name, letter, CliValue.None, "", help);

    internal static CliOption Text(string name, char letter, string valueName, string help) => new(name, letter, CliValue.Required, valueName, help);
}

/// <summary>What one level of the command line understands: the program itself, or one of its commands.</summary>
/// <param name="Program">The words it is called by, such as "nvidia-container-cli list".</param>
/// <param name="Operands">What stands behind the options, in the usage line; empty for nothing.</param>
/// <param name="Summary">What it does.</param>
/// <param name="Options">Its own options; help, usage and version come to them.</param>
internal sealed record CliSyntax(string Program, string Operands, string Summary, IReadOnlyList<CliOption> Options)
{
    /// <summary>The options with those that every level has (CL-4).</summary>
    internal IReadOnlyList<CliOption> AllOptions { get; } = [.. Options, CliOption.ShowHelp, CliOption.ShowUsage, CliOption.ShowVersion];

    /// <summary>The line that says how to call it.</summary>
    internal string UsageLine => $"Usage: {Program} [OPTION...]{(Operands.Length == 0 ? "" : " " + Operands)}";
}
