using System.Text;

namespace GpuContainers.Runtime.Hooks.CommandLine;

/// <summary>Help texts (HK-13).</summary>
internal static class HookHelp
{
    /// <summary>The help of the program.</summary>
    internal static string OfProgram(HookCaller caller, IReadOnlyList<HookCommand> commands)
    {
        var text = new StringBuilder();
        text.Append("NAME:\n   ").Append(caller.Command).Append(" - work inside a container while it is made\n\n");
        text.Append("USAGE:\n   ").Append(caller.Command).Append(" [global options] <hook> [options]\n\nHOOKS:\n");
        foreach (HookCommand command in commands)
        {
            if (!command.IsHidden)
                text.Append("   ").Append(command.Name.PadRight(34)).Append(command.Usage).Append('\n');
        }
        text.Append("   ").Append("help, h".PadRight(34)).Append("show help for the program or a hook\n\nGLOBAL OPTIONS:\n");
        AppendFlags(text, caller, caller.Flags);
        return text.ToString();
    }

    /// <summary>The help of a hook.</summary>
    internal static string OfHook(HookCaller caller, HookCommand command)
    {
        var text = new StringBuilder();
        text.Append("NAME:\n   ").Append(caller.Command).Append(' ').Append(command.Name).Append(" - ").Append(command.Usage).Append("\n\n");
        text.Append("USAGE:\n   ").Append(caller.Command).Append(' ').Append(command.Name).Append(" [options]\n\nOPTIONS:\n");
        AppendFlags(text, caller, command.AllFlags);
        return text.ToString();
    }

    private static void AppendFlags(StringBuilder text, HookCaller caller, IReadOnlyList<HookFlag> flags)
    {
        foreach (HookFlag flag in flags)
        {
            if (flag.IsHidden)
                continue;
            string name = "--" + flag.Name + (flag.Short is null ? "" : ", -" + flag.Short) + (flag.IsSwitch ? "" : " value");
            text.Append("   ").Append(name.PadRight(40)).Append(flag.Usage);
            if (flag.IsRepeatable)
                text.Append("; may be repeated, values are split at commas");
            text.Append(flag.IsSwitch ? " (default: false)" : $" (default: \"{flag.Default}\")");
            IReadOnlyList<string> names = caller.EnvironmentNames(flag);
            if (names.Count > 0)
                text.Append(" [$").AppendJoin(", $", names).Append(']');
            text.Append('\n');
        }
    }
}
