using GpuContainers.Configuration.Keys;

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
                .Where(static near => near.Distance is not null).MinBy(static near => near.Distance).Name;
        string hint = nearest is null ? "" : $"; did you mean '{nearest}'?";
        return new UnknownCommandException($"No help topic for '{word}'{hint}");
    }
}
