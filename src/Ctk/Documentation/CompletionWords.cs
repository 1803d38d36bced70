using System.CommandLine;
using GpuContainers.CommandLine;

namespace GpuContainers.Ctk.Documentation;

/// <summary>What can be typed next, for all shells.</summary>
internal static class CompletionWords
{
    /// <summary>All names of an option.</summary>
    public static IEnumerable<string> Names(Option option) => option.Aliases.Prepend(option.Name);

    /// <summary>The words below a verb.</summary>
    public static IEnumerable<string> Of(Verb verb) => verb.VisibleVerbs.Select(below => below.Name).Concat(Arguments(verb));

    /// <summary>The words that a verb itself takes, where there is a list of them.</summary>
    public static IEnumerable<string> Arguments(Verb verb) => verb.Words switch
    {
        "completion" => ["bash", "zsh", "fish"],
        "config explain" => Configuration.Keys.ConfigKeys.All.Select(key => key.Path),
        _ => [],
    };
}
