using System.Runtime.InteropServices;

namespace GpuContainers.Runtime.ContainerCli.CommandLine;

/// <summary>The texts about the program itself: help, usage, versions.</summary>
internal static class CliTexts
{
    private const int Width = 79;
    private const int HelpColumn = 29;

    /// <summary>Where help is, wrapped as NVIDIA's toolkit wraps it.</summary>
    internal static string Hint(CliLevel level) =>
        Wrap($"Try `{level.Program} --help' or `{level.Program} --usage' for more information.");

    /// <summary>All options with their explanations.</summary>
    internal static string Help(CliLevel level)
    {
        var text = new StringBuilder($"{level.UsageLine}\n{Wrap(level.Summary)}\n");
        foreach (CliOption option in level.Options)
        {
            string letter = option.Letter == '\0' ? "     " : $" -{option.Letter}, ";
            string name = $" {letter}--{option.Name}{ValueOf(option)}";
            text.Append(name.Length < HelpColumn ? name.PadRight(HelpColumn) : $"{name}\n{new string(' ', HelpColumn)}").Append(Wrap(option.Help, HelpColumn));
        }
        return text.ToString();
    }

    /// <summary>All options in short.</summary>
    internal static string Usage(CliLevel level)
    {
        var text = new StringBuilder($"Usage: {level.Program}");
        foreach (CliOption option in level.Options)
            text.Append($" [--{option.Name}{ValueOf(option)}]");
        return Wrap($"{text} {level.Operands}".TrimEnd());
    }

    /// <summary>The versions (CL-10); library and program are one, and of the level that they are compatible with.</summary>
    internal static string Versions() =>
        $"""
        cli-version: {ProductVersion.Text}
        lib-version: {ProductVersion.Text}
        build date: unknown
        build revision: {(ProductVersion.Commit.Length == 0 ? "unknown" : ProductVersion.Commit)}
        build compiler: NativeAOT
        build platform: {(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64")}
        build flags: static

        """;

    private static string ValueOf(CliOption option) => option.Value switch
    {
        CliValue.Required => "=" + option.ValueName,
        CliValue.Optional => $"[={option.ValueName}]",
        _ => "",
    };

    // Options and their values stay in one piece, as the words that they are. Lines after the first are indented as far as the first has begun.
    private static string Wrap(string text, int indent = 0)
    {
        var wrapped = new StringBuilder();
        int column = indent;
        foreach (string word in text.Split(' '))
        {
            bool fits = column + 1 + word.Length < Width;
            if (wrapped.Length > 0)
                wrapped.Append(fits ? " " : "\n" + new string(' ', indent));
            column = (wrapped.Length == 0 || !fits ? indent : column + 1) + word.Length;
            wrapped.Append(word);
        }
        return wrapped.Append('\n').ToString();
    }
}

/// <summary>The command line cannot be understood: what is wrong with it, and where help is (CL-5).</summary>
/// <param name="level">The level whose words they were.</param>
/// <param name="line">The line that names the problem.</param>
internal sealed class UsageException(CliLevel level, string line) : ToolkitException($"{line}\n{CliTexts.Hint(level)}")
{
    /// <summary>A word too many or too few: the line that says how to call it.</summary>
    internal static UsageException Operands(CliLevel level) => new(level, level.UsageLine);

    /// <summary>A problem with one word.</summary>
    internal static UsageException Word(CliLevel level, string problem) => new(level, $"{level.Program}: {problem}");
}
