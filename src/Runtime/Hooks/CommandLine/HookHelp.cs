namespace GpuContainers.Runtime.Hooks.CommandLine;

/// <summary>Help texts (HK-13).</summary>
internal static class HookHelp
{
    private const int Columns = 80;
    private const int Indent = 3;
    private const int HookColumn = 34;
    private const int FlagColumn = 40;

    /// <summary>The help of the program.</summary>
    internal static string OfProgram(HookCaller caller, IReadOnlyList<HookCommand> commands)
    {
        var text = new StringBuilder();
        text.Append("NAME:\n   ").Append(caller.Command).Append(" - work inside a container while it is made\n\n");
        text.Append("USAGE:\n   ").Append(caller.Command).Append(" [global options] <hook> [options]\n\nHOOKS:\n");
        foreach (HookCommand command in commands)
        {
            if (!command.IsHidden)
                AppendItem(text, command.Name, HookColumn, command.Usage);
        }
        AppendItem(text, "help, h", HookColumn, "show help for the program or a hook");
        text.Append("\nGLOBAL OPTIONS:\n");
        AppendFlags(text, caller, caller.Flags);
        return text.ToString();
    }

    /// <summary>The help of a hook.</summary>
    internal static string OfHook(HookCaller caller, HookCommand command)
    {
        var text = new StringBuilder();
        text.Append("NAME:\n");
        AppendItem(text, "", 0, $"{caller.Command} {command.Name} - {command.Usage}");
        text.Append("\nUSAGE:\n   ").Append(caller.Command).Append(' ').Append(command.Name).Append(" [options]\n\nOPTIONS:\n");
        AppendFlags(text, caller, command.AllFlags);
        return text.ToString();
    }

    private static void AppendFlags(StringBuilder text, HookCaller caller, HookFlag[] flags)
    {
        foreach (HookFlag flag in flags)
        {
            if (flag.IsHidden)
                continue;
            string name = "--" + flag.Name + (flag.Short is null ? "" : ", -" + flag.Short) + (flag.IsSwitch ? "" : " value");
            string[] variables = caller.EnvironmentNames(flag);
            string about = flag.Usage + (flag.IsRepeatable ? "; may be repeated, values are split at commas" : "")
                + (flag.IsSwitch ? " (default: false)" : $" (default: \"{flag.Default}\")")
                + (variables.Length > 0 ? $" [${string.Join(", $", variables)}]" : "");
            AppendItem(text, name, FlagColumn, about);
        }
    }

    // Lines of a terminal's usual width; a word that is longer stands in a line of its own.
    private static void AppendItem(StringBuilder text, string name, int column, string about)
    {
        text.Append(' ', Indent).Append(name.PadRight(column));
        int at = Indent + Math.Max(column, name.Length);
        bool isFirst = true;
        foreach (string word in about.Split(' '))
        {
            if (!isFirst && at + 1 + word.Length > Columns)
            {
                text.Append('\n').Append(' ', Indent + column);
                at = Indent + column;
                isFirst = true;
            }
            text.Append(isFirst ? "" : " ").Append(word);
            at += word.Length + (isFirst ? 0 : 1);
            isFirst = false;
        }
        text.Append('\n');
    }
}
