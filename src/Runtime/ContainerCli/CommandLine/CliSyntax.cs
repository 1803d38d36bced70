namespace GpuContainers.Runtime.ContainerCli.CommandLine;

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
