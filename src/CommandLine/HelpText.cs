using System.Text;
using GpuContainers.Configuration.Keys;
using GpuContainers.Diagnostics;

namespace GpuContainers.CommandLine;

/// <summary>Help, grouped as NAME, USAGE, VERSION, DESCRIPTION, COMMANDS, OPTIONS or GLOBAL OPTIONS, EXAMPLES.</summary>
public static class HelpText
{
    private const int Indent = 3;
    private const int Gap = 2;

    /// <summary>Prints the help of a command; returns exit status 0.</summary>
    /// <param name="command">The command.</param>
    /// <param name="output">Where to.</param>
    /// <param name="width">The most characters of a line.</param>
    public static int Write(Command command, TextWriter output, int width = WrappedText.UsualWidth)
    {
        bool isRoot = command.Parent is null;
        string title = isRoot ? command.Title : command.Root.Title + " " + command.Words;
        output.Write("NAME:\n" + WrappedText.Block($"{title} - {command.Description}", Indent, width));
        output.Write("\nUSAGE:\n" + WrappedText.Block(Usage(command), Indent, width));
        if (isRoot)
            output.Write($"\nVERSION:\n   {ProductVersion.Text}\n");
        if (command.Details.Length > 0)
            output.Write("\nDESCRIPTION:\n" + WrappedText.Block(command.Details, Indent, width));
        IEnumerable<Command> children = command.VisibleCommands;
        WriteRows("COMMANDS", children.Select(child => (string.Join(", ", child.Aliases.Order().Prepend(child.Name)), child.Description)), output, width);
        WriteRows(isRoot ? "GLOBAL OPTIONS" : "OPTIONS", command.VisibleOptions.Select(option => (Names(option), Describe(option))), output, width);
        IEnumerable<Option> global = isRoot ? [] : command.Root.VisibleOptions.Where(option => !command.Shadows(option));
        WriteRows("GLOBAL OPTIONS", global.Select(option => (Names(option), Describe(option))), output, width);
        if (command.Examples.Count > 0)
            output.Write("\nEXAMPLES:\n" + string.Concat(command.Examples.Select(example => Text(example, width))));
        return 0;
    }

    /// <summary>The names of an option with the word for its value: "--driver-root FILE, --root FILE".</summary>
    public static string Names(Option option)
    {
        string value = option.ValueWord.Length > 0 ? " " + option.ValueWord : "";
        return string.Join(", ", option.Aliases.OrderBy(name => name.StartsWith("--", StringComparison.Ordinal) ? 0 : 1)
            .ThenBy(name => name, StringComparer.Ordinal).Prepend(option.Name).Select(name => name + value));
    }

    /// <summary>What an option does, its default and its variables.</summary>
    public static string Describe(Option option)
    {
        string text = option.Description;
        if (option.DefaultText.Length > 0)
            text += $" (default: {option.DefaultText})";
        if (option.Variables.Length > 0)
            text += $" [{string.Join(", ", option.Variables.Select(name => "$" + name))}]";
        return text;
    }

    /// <summary>How the command is called.</summary>
    public static string Usage(Command command)
    {
        string words = (command.Root.Name + " " + command.Words).TrimEnd();
        if (command.Parent is null && command.Run is null)
            words += " [global options]";
        if (command.VisibleCommands.Any())
            words += command.Run is null ? " [command]" : " [options] [command]";
        else
            words += " [options]";
        return words + (command.Operands.Length > 0 ? $" [{command.Operands}]" : "");
    }

    // A command that is broken can be copied all the same.
    private static string Text(Example example, int width)
    {
        IEnumerable<string> remark = WrappedText.Lines(example.Remark, width - Indent - 2).Select(line => "   # " + line);
        IEnumerable<string> command = WrappedText.Lines(example.Line, width - Indent - 4, " \\")
            .Select((line, index) => (index == 0 ? "   " : "       ") + line);
        return string.Join('\n', remark.Concat(command)) + "\n";
    }

    // A word that is too long for its column begins further to the left.
    private static string AtRight(string line, int column, int width) => new string(' ', Math.Clamp(width - line.Length, Indent, column)) + line;

    private static void WriteRows(string title, IEnumerable<(string Left, string Right)> source, TextWriter output, int width)
    {
        List<(string Left, string Right)> rows = [.. source];
        if (rows.Count == 0)
            return;
        output.Write($"\n{title}:\n");
        int column = Math.Min(Math.Max(16, width * 3 / 8), rows.Max(row => row.Left.Length));
        string beside = new(' ', Indent + column + Gap);
        foreach ((string left, string right) in rows)
        {
            string[] lines = [.. WrappedText.Lines(right, width - beside.Length)];
            if (left.Length <= column)
                output.Write($"   {left.PadRight(column)}  {lines[0]}\n");
            else
                output.Write(WrappedText.Block(left, Indent, width) + AtRight(lines[0], beside.Length, width) + "\n");
            output.Write(string.Concat(lines.Skip(1).Select(line => AtRight(line, beside.Length, width) + "\n")));
        }
    }
}

/// <summary>Texts in lines of a width. What has no blank is never broken: a path or an address that is cut cannot be copied.</summary>
public static class WrappedText
{
    /// <summary>The width of what is not a terminal.</summary>
    public const int UsualWidth = 80;

    /// <summary>The lines of a text, of which each line is wrapped for itself.</summary>
    /// <param name="text">The text.</param>
    /// <param name="width">The most characters of a line.</param>
    /// <param name="end">What marks a line that goes on, within the width.</param>
    public static IEnumerable<string> Lines(string text, int width, string end = "")
    {
        foreach (string whole in text.Split('\n'))
        {
            var line = new StringBuilder();
            foreach (string word in whole.Split(' '))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length + end.Length > width)
                {
                    yield return line.Append(end).ToString();
                    line.Clear();
                }
                line.Append(line.Length > 0 ? " " : "").Append(word);
            }
            yield return line.ToString();
        }
    }

    /// <summary>A text with this many blanks in front of each of its lines, and a line end behind each.</summary>
    public static string Block(string text, int indent, int width) =>
        string.Concat(Lines(text, width - indent).Select(line => line.Length == 0 ? "\n" : new string(' ', indent) + line + "\n"));
}

/// <summary><c>help [COMMAND]</c>: the help of a command; accepted inside each group too.</summary>
public static class HelpCommand
{
    /// <summary>Makes the command; hidden, because every help text names <c>--help</c>.</summary>
    public static Command Create() => new("help", "Show a list of commands or the help of one")
    {
        Run = Show,
        Aliases = ["h"],
        Hidden = true,
        Operands = "COMMAND",
    };

    private static int Show(Invocation invocation)
    {
        Command topic = invocation.Command.Parent!;
        foreach (string word in invocation.Words)
            topic = topic.Find(word) ?? throw Unknown(topic, word);
        return HelpText.Write(topic, invocation.Output, invocation.Width);
    }

    /// <summary>The error for a word that is not a command, with the one that was most likely meant (CT-14, CT-201).</summary>
    internal static UnknownCommandException Unknown(Command group, string word)
    {
        // A command of another group, or a slip of the fingers.
        string? nearest = group.Root.Tree.FirstOrDefault(command => command.Parent is not null && command.Name == word)?.Words
            ?? group.VisibleCommands.SelectMany(command => command.Aliases.Append(command.Name))
                .Select(name => (Name: name, Distance: EditDistance.Within(word, name, Math.Max(1, word.Length / 3))))
                .Where(static near => near.Distance is not null).OrderBy(static near => near.Distance).FirstOrDefault().Name;
        string hint = nearest is null ? "" : $"; did you mean '{nearest}'?";
        return new UnknownCommandException($"No help topic for '{word}'{hint}");
    }
}
