using System.CommandLine;

namespace GpuContainers.CommandLine;

/// <summary><c>help [COMMAND]</c>: the help of a verb; accepted inside each group too.</summary>
public static class HelpCommand
{
    /// <summary>Makes the verb; hidden, because every help text names <c>--help</c>.</summary>
    public static Verb Create()
    {
        var topic = new Argument<string[]>("COMMAND");
        var verb = new Verb("help", "Show a list of commands or the help of one")
        {
            Run = invocation => Show(invocation.Verb.Above!, invocation.Get(topic), invocation.Output),
            Hidden = true,
        };
        verb.Aliases.Add("h");
        verb.Add(topic);
        return verb;
    }

    private static int Show(Verb verb, string[] words, TextWriter output)
    {
        foreach (string word in words)
            verb = verb.Find(word) ?? throw new CommandLineException(CommandLineFault.UnknownCommand, $"No help topic for '{word}'") { Verb = verb };
        return HelpText.Write(verb, output);
    }
}
