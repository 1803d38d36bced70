using Spectre.Console;
using Spectre.Console.Rendering;

namespace GpuContainers.Ctk.CommandLine;

/// <summary>Tables and trees for people, and what their terminal can show (CT-201).</summary>
internal static class Terminal
{
    // Wide enough that nothing is broken into lines when the output is read by a program.
    private const int WidthOfFiles = 400;
    private const int LeastWidth = 40;

    // How much further to the right a line goes on.
    private const int Further = 2;

    /// <summary>Whether the locale's characters are those of Unicode; else ASCII alone is shown.</summary>
    public static bool IsUnicode { get; } = (First("LC_ALL", "LC_CTYPE", "LANG") ?? "").Replace("-", "").Contains("utf8", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether neither colours nor other attributes are wanted, or the terminal has none.</summary>
    public static bool IsPlain { get; } = First("NO_COLOR") is not null || First("TERM") is null or "dumb";

    /// <summary>The width of help texts: that of the terminal, else the usual one.</summary>
    public static int Width => WidthOf(StandardStream.Output);

    /// <summary>An arrow to the right.</summary>
    public static string Arrow => IsUnicode ? "→" : "->";

    /// <summary>The mark of what is left out.</summary>
    public static string Ellipsis => IsUnicode ? "…" : "...";

    /// <summary>The width of tables and trees: that of the terminal; a file or pipe has room for everything.</summary>
    public static int TableWidth => Console.IsOutputRedirected ? WidthOfFiles : Width;

    /// <summary>Writes a table or tree: in the width and colours of a terminal, or plain and unbroken to a file or pipe.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="content">The table or tree.</param>
    /// <param name="leastWidth">The columns that it needs even where the terminal has fewer.</param>
    public static void Write(TextWriter output, IRenderable content, int leastWidth = 0) =>
        Create(output, Math.Max(TableWidth, leastWidth), Console.IsOutputRedirected).Write(content);

    /// <summary>Lines as a terminal shows them best: what is too long goes on below, further to the right. A file or pipe gets them whole.</summary>
    public static string Fit(string text) => Console.IsOutputRedirected ? text : Fit(text, Width);

    /// <summary>Lines of at most this width, as far as their words allow it.</summary>
    public static string Fit(string text, int width) => string.Join('\n', text.Split('\n').SelectMany(line =>
    {
        string content = line.TrimStart(' '), margin = new(' ', line.Length - content.Length);
        return line.Length <= width ? [line]
            : WrappedText.Lines(content, width - margin.Length - Further).Select((part, at) => margin + (at == 0 ? "" : new string(' ', Further)) + part);
    }));

    /// <summary>A terminal at standard error.</summary>
    public static IAnsiConsole Error() =>
        Create(new StreamWriter(new StandardStream(StandardStream.Error)) { AutoFlush = true }, WidthOf(StandardStream.Error), isFile: false);

    private static int WidthOf(int descriptor) =>
        TerminalSize.Columns(descriptor) is > 0 and var columns ? Math.Max(LeastWidth, columns) : WrappedText.UsualWidth;

    private static IAnsiConsole Create(TextWriter output, int width, bool isFile)
    {
        bool isPlain = isFile || IsPlain;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new Target(output, width, isTerminal: !isFile),
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Yes,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Standard,
        });
        console.Profile.Capabilities.Unicode = IsUnicode;
        return console;
    }

    // The first variable that is set and not empty.
    private static string? First(params string[] variables) =>
        variables.Select(Environment.GetEnvironmentVariable).FirstOrDefault(value => !string.IsNullOrEmpty(value));

    // Spectre.Console's own asks the runtime for the width, which writes to the terminal then.
    private sealed class Target(TextWriter writer, int width, bool isTerminal) : IAnsiConsoleOutput
    {
        private const int UsualHeight = 24;

        public TextWriter Writer => writer;

        public bool IsTerminal => isTerminal;

        public int Width => width;

        public int Height => UsualHeight;

        public void SetEncoding(System.Text.Encoding encoding)
        {
            // The writer has one already.
        }
    }
}

/// <summary>The option <c>--format</c> of commands whose results people and programs read.</summary>
internal static class OutputFormat
{
    /// <summary>Of commands that know a text for people, and JSON.</summary>
    public static TextOption Option { get; } = new("--format", "Output: text or json", "text") { ValueWord = "FORMAT", Choices = ["text", "json"] };

    /// <summary>Whether JSON is wanted.</summary>
    /// <exception cref="ToolkitException">Something else is wanted than a command can give.</exception>
    public static bool IsJson(Invocation invocation) => Read(invocation, Option) == "json";

    /// <summary>What is wanted: one of the choices of an option.</summary>
    /// <exception cref="ToolkitException">It is none of them.</exception>
    public static string Read(Invocation invocation, TextOption option)
    {
        string given = invocation.Get(option);
        return option.Choices.Contains(given) ? given : throw new ToolkitException(
            $"invalid output format: {given}; use {string.Join(", ", option.Choices.SkipLast(1))} or {option.Choices[^1]}");
    }
}
