namespace GpuContainers.CommandLine;

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
            topic = topic.Find(word) ?? throw new CommandLineException(CommandLineFault.UnknownCommand, $"No help topic for '{word}'") { Command = topic };
        return HelpText.Write(topic, invocation.Output);
    }
}
