using System.CommandLine;
using GpuContainers.Diagnostics;

namespace GpuContainers.CommandLine;

/// <summary>Help, grouped as NAME, USAGE, VERSION, DESCRIPTION, COMMANDS, OPTIONS or GLOBAL OPTIONS, EXAMPLES.</summary>
public static class HelpText
{
    /// <summary>Prints the help of a verb; returns exit status 0.</summary>
    public static int Write(Verb verb, TextWriter output)
    {
        bool isRoot = verb.Above is null;
        string title = isRoot ? verb.Title : verb.Root.Title + " " + verb.Words;
        output.Write($"NAME:\n   {title} - {verb.Description}\n\nUSAGE:\n   {Usage(verb)}\n");
        if (isRoot)
            output.Write($"\nVERSION:\n   {ProductVersion.Text}\n");
        if (verb.Details.Length > 0)
            output.Write($"\nDESCRIPTION:\n   {verb.Details.ReplaceLineEndings("\n   ")}\n");
        WriteRows(
            "COMMANDS", verb.VisibleVerbs.Select(below => (string.Join(", ", below.Aliases.Order().Prepend(below.Name)), below.Description ?? "")), output);
        WriteRows(isRoot ? "GLOBAL OPTIONS" : "OPTIONS", verb.VisibleOptions.Select(option => (Names(option), Describe(option))), output);
        if (!isRoot)
            WriteRows(
                "GLOBAL OPTIONS", verb.Root.VisibleOptions.Where(option => !verb.Shadows(option)).Select(option => (Names(option), Describe(option))), output);
        if (verb.Examples.Count > 0)
            output.Write("\nEXAMPLES:\n" + string.Concat(verb.Examples.Select(example => $"   # {example.Remark}\n   {example.Line}\n")));
        return 0;
    }

    /// <summary>The names of an option with the word for its value: "--driver-root FILE, --root FILE".</summary>
    public static string Names(Option option)
    {
        string value = option is ISetting { ValueWord: { Length: > 0 } word } ? " " + word : "";
        return string.Join(", ", option.Aliases.OrderBy(name => name.StartsWith("--", StringComparison.Ordinal) ? 0 : 1)
            .ThenBy(name => name, StringComparer.Ordinal).Prepend(option.Name).Select(name => name + value));
    }

    /// <summary>What an option does, its default and its variables.</summary>
    public static string Describe(Option option)
    {
        string text = option.Description ?? "";
        if (option is not ISetting setting)
            return text;
        if (setting.DefaultText.Length > 0)
            text += $" (default: {setting.DefaultText})";
        if (setting.Variables.Length > 0)
            text += $" [{string.Join(", ", setting.Variables.Select(name => "$" + name))}]";
        return text;
    }

    /// <summary>How the verb is called.</summary>
    public static string Usage(Verb verb)
    {
        string words = verb.Above is not null ? $"{verb.Root.Name} {verb.Words}" : verb.Run is null ? $"{verb.Name} [global options]" : verb.Name;
        if (verb.VisibleVerbs.Any())
            words += verb.Run is null ? " [command]" : " [options] [command]";
        else
            words += " [options]";
        return words + string.Concat(verb.Arguments.Select(argument => $" [{argument.Name}]"));
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
