using Spectre.Console;
using Spectre.Console.Rendering;

namespace GpuContainers.Ctk.CommandLine;

/// <summary>Tables and trees for people.</summary>
internal static class Terminal
{
    // Wide enough that nothing is broken into lines when the output is read by a program.
    private const int WidthOfFiles = 400;

    /// <summary>Writes a table or tree: in the width and colours of a terminal, or plain and unbroken to a file or pipe.</summary>
    public static void Write(TextWriter output, IRenderable content)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = Console.IsOutputRedirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (Console.IsOutputRedirected)
            console.Profile.Width = WidthOfFiles;
        console.Write(content);
    }

    /// <summary>A terminal at standard error.</summary>
    public static IAnsiConsole Error() => AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
}
