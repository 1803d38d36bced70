using GpuContainers.Diagnostics;

namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The command line cannot be understood: what is wrong with it, and where help is (CL-5).</summary>
/// <param name="syntax">The level whose words they were.</param>
/// <param name="line">The line that names the problem.</param>
internal sealed class UsageException(CliSyntax syntax, string line) : ToolkitException($"{line}\n{CliTexts.Hint(syntax)}")
{
    /// <summary>A word too many or too few: the line that says how to call it.</summary>
    internal static UsageException Operands(CliSyntax syntax) => new(syntax, syntax.UsageLine);

    /// <summary>A problem with one word.</summary>
    internal static UsageException Word(CliSyntax syntax, string problem) => new(syntax, $"{syntax.Program}: {problem}");
}
