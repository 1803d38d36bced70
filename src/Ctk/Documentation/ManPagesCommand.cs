namespace GpuContainers.Ctk.Documentation;

/// <summary><c>man-pages</c>: writes the manual, one page a command, into a folder; for packaging, so it is hidden.</summary>
internal static class ManPagesCommand
{
    private static readonly TextOption s_output = new("--output", "Folder for the pages", ".", "-o") { ValueWord = "DIR" };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("man-pages", "Write the manual pages into a folder")
    {
        Run = Run,
        Hidden = true,
        Options = [s_output],
    };

    private static int Run(Invocation invocation)
    {
        string folder = invocation.Get(s_output);
        HostDirectory.Create(folder, FileModes.PublicFolder);
        foreach (Command command in invocation.Command.Parent!.Tree)
            AtomicFile.Replace(LexicalPath.Join(folder, ManPage.Name(command) + ".1"), Encoding.UTF8.GetBytes(ManPage.Text(command)));
        return 0;
    }
}

/// <summary>The manual page of a command, in the language of man(7).</summary>
internal static class ManPage
{
    /// <summary>The page's name: "nvidia-ctk-runtime-configure".</summary>
    public static string Name(Command command) => command.Parent is null ? "nvidia-ctk" : "nvidia-ctk-" + command.Words.Replace(' ', '-');

    /// <summary>The page.</summary>
    public static string Text(Command command)
    {
        var text = new StringBuilder();
        text.Append($".TH {Name(command).ToUpperInvariant()} 1 \"\" \"nvidia-ctk {ProductVersion.Text}\" \"User Commands\"\n");
        text.Append($".SH NAME\n{Escape(Name(command))} \\- {Escape(command.Description)}\n");
        text.Append($".SH SYNOPSIS\n.B {Escape(HelpText.Usage(command))}\n");
        if (command.Details.Length > 0)
            text.Append($".SH DESCRIPTION\n{string.Join("\n.br\n", command.Details.Split('\n').Select(Escape))}\n");
        AppendItems(text, "COMMANDS", command.VisibleCommands.Select(below => (below.Name, $"{below.Description}; see {Name(below)}(1)")));
        AppendItems(text, command.Parent is null ? "GLOBAL OPTIONS" : "OPTIONS", command.VisibleOptions.Select(Item));
        if (command.Parent is not null)
            AppendItems(text, "GLOBAL OPTIONS", command.OptionsInReach.Except(command.VisibleOptions).Select(Item));
        if (command.Examples.Count > 0)
            text.Append(".SH EXAMPLES\n" + string.Concat(command.Examples.Select(
                example => $".TP\n{Escape(char.ToUpperInvariant(example.Remark[0]) + example.Remark[1..])}:\n.B {Escape(example.Line)}\n")));
        AppendItems(text, "EXIT STATUS", [("0", "Success."), ("1", "An error; standard error says which, and what to do."), ("3", "An unknown command word.")]);
        IEnumerable<Command> related = (command.Parent is null ? [] : new[] { command.Parent }).Concat(command.VisibleCommands);
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
