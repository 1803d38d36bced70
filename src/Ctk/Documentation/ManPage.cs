using System.CommandLine;
using System.Text;
using GpuContainers.CommandLine;
using GpuContainers.Diagnostics;

namespace GpuContainers.Ctk.Documentation;

/// <summary>The manual page of a verb, in the language of man(7).</summary>
internal static class ManPage
{
    /// <summary>The page's name: "nvidia-ctk-runtime-configure".</summary>
    public static string Name(Verb verb) => verb.Above is null ? "nvidia-ctk" : "nvidia-ctk-" + verb.Words.Replace(' ', '-');

    /// <summary>The page.</summary>
    public static string Text(Verb verb)
    {
        var text = new StringBuilder();
        text.Append($".TH {Name(verb).ToUpperInvariant()} 1 \"\" \"nvidia-ctk {ProductVersion.Text}\" \"User Commands\"\n");
        text.Append($".SH NAME\n{Escape(Name(verb))} \\- {Escape(verb.Description ?? "")}\n");
        text.Append($".SH SYNOPSIS\n.B {Escape(HelpText.Usage(verb))}\n");
        if (verb.Details.Length > 0)
            text.Append($".SH DESCRIPTION\n{string.Join("\n.br\n", verb.Details.Split('\n').Select(Escape))}\n");
        AppendItems(text, "COMMANDS", verb.VisibleVerbs.Select(below => (below.Name, $"{below.Description}; see {Name(below)}(1)")));
        AppendItems(text, verb.Above is null ? "GLOBAL OPTIONS" : "OPTIONS", verb.VisibleOptions.Select(Item));
        if (verb.Above is not null)
            AppendItems(text, "GLOBAL OPTIONS", verb.OptionsInReach.Except(verb.VisibleOptions).Select(Item));
        if (verb.Examples.Count > 0)
            text.Append(".SH EXAMPLES\n" + string.Concat(verb.Examples.Select(
                example => $".TP\n{Escape(char.ToUpperInvariant(example.Remark[0]) + example.Remark[1..])}:\n.B {Escape(example.Line)}\n")));
        AppendItems(text, "EXIT STATUS", [("0", "Success."), ("1", "An error; standard error says which, and what to do."), ("3", "An unknown command word.")]);
        IEnumerable<Verb> related = (verb.Above is null ? [] : new[] { verb.Above }).Concat(verb.VisibleVerbs);
        string others = string.Join(", ", related.Select(other => $"{Escape(Name(other))}(1)"));
        return text.Append(others.Length > 0 ? $".SH SEE ALSO\n{others}\n" : "").ToString();
    }

    private static (string Left, string Right) Item(Option option) => (HelpText.Names(option), HelpText.Describe(option));

    private static void AppendItems(StringBuilder text, string title, IEnumerable<(string Left, string Right)> items)
    {
        List<(string Left, string Right)> list = [.. items];
        if (list.Count > 0)
            text.Append($".SH {title}\n" + string.Concat(list.Select(item => $".TP\n.B {Escape(item.Left)}\n{Escape(item.Right)}\n")));
    }

    // man(7): a backslash escapes, a leading dot or apostrophe is a request, "-" is typographic unless escaped.
    private static string Escape(string text)
    {
        string escaped = text.Replace("\\", "\\e", StringComparison.Ordinal).Replace("-", "\\-", StringComparison.Ordinal);
        return escaped.StartsWith('.') || escaped.StartsWith('\'') ? "\\&" + escaped : escaped;
    }
}
