using GpuContainers.Diagnostics;

namespace GpuContainers.CommandLine;

/// <summary>Help, grouped as NAME, USAGE, VERSION, DESCRIPTION, COMMANDS, OPTIONS or GLOBAL OPTIONS, EXAMPLES.</summary>
public static class HelpText
{
    /// <summary>Prints the help of a command; returns exit status 0.</summary>
    public static int Write(Command command, TextWriter output)
    {
        bool isRoot = command.Parent is null;
        string title = isRoot ? command.Title : command.Root.Title + " " + command.Words;
        output.Write($"NAME:\n   {title} - {command.Description}\n\nUSAGE:\n   {Usage(command)}\n");
        if (isRoot)
            output.Write($"\nVERSION:\n   {ProductVersion.Text}\n");
        if (command.Details.Length > 0)
            output.Write($"\nDESCRIPTION:\n   {command.Details.ReplaceLineEndings("\n   ")}\n");
        WriteRows(
            "COMMANDS", command.VisibleCommands.Select(child => (string.Join(", ", child.Aliases.Order().Prepend(child.Name)), child.Description)), output);
        WriteRows(isRoot ? "GLOBAL OPTIONS" : "OPTIONS", command.VisibleOptions.Select(option => (Names(option), Describe(option))), output);
        IEnumerable<Option> global = isRoot ? [] : command.Root.VisibleOptions.Where(option => !command.Shadows(option));
        WriteRows("GLOBAL OPTIONS", global.Select(option => (Names(option), Describe(option))), output);
        if (command.Examples.Count > 0)
            output.Write("\nEXAMPLES:\n" + string.Concat(command.Examples.Select(example => $"   # {example.Remark}\n   {example.Line}\n")));
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

    private static void WriteRows(string title, IEnumerable<(string Left, string Right)> source, TextWriter output)
    {
        List<(string Left, string Right)> rows = [.. source];
        if (rows.Count == 0)
            return;
        output.Write($"\n{title}:\n");
        int width = Math.Min(44, rows.Max(row => row.Left.Length));
        foreach ((string left, string right) in rows)
            output.Write(left.Length <= width ? $"   {left.PadRight(width)}  {right}\n" : $"   {left}\n   {new string(' ', width)}  {right}\n");
    }
}
