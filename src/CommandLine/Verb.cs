using System.CommandLine;
using System.Diagnostics.CodeAnalysis;

namespace GpuContainers.CommandLine;

/// <summary>A command word with its options, and either what it does or the words below it.</summary>
[SuppressMessage("Design", "CA1010", Justification = "The base class enumerates only for initializers in braces.")]
public sealed class Verb : Command
{
    /// <summary>Makes a verb.</summary>
    /// <param name="name">The word.</param>
    /// <param name="summary">One line for lists of commands.</param>
    public Verb(string name, string summary)
        : base(name, summary)
    {
        // System.CommandLine takes a group without an action for an error; ours prints its help (CT-14).
        SetAction(_ => 0);
    }

    /// <summary>What the verb does; null for a group, which prints its help.</summary>
    public Func<Invocation, int>? Run { get; init; }

    /// <summary>The program's name in help and version texts; of the root alone.</summary>
    public string Title { get; init; } = "";

    /// <summary>More than the summary, for help and man page; empty for none. Paragraphs are separated by empty lines.</summary>
    public string Details { get; init; } = "";

    /// <summary>Command lines that show the verb's use, each with a remark.</summary>
    public IReadOnlyList<Example> Examples { get; init; } = [];

    /// <summary>The verb above, or null for the root.</summary>
    public Verb? Above => Parents.FirstOrDefault() as Verb;

    /// <summary>The verb above all others: the program itself.</summary>
    public Verb Root => Above?.Root ?? this;

    /// <summary>The words from below the root to this verb: "runtime configure"; empty for the root.</summary>
    public string Words => Above is null ? "" : (Above.Words + " " + Name).TrimStart();

    /// <summary>The verbs below that are shown to people, in the order in which they were added.</summary>
    public IEnumerable<Verb> VisibleVerbs => Subcommands.OfType<Verb>().Where(verb => !verb.Hidden);

    /// <summary>The options that are shown to people.</summary>
    public IEnumerable<Option> VisibleOptions => Options.Where(option => !option.Hidden);

    /// <summary>This verb and all visible ones below it, each before those below it.</summary>
    public IEnumerable<Verb> Tree => VisibleVerbs.SelectMany(below => below.Tree).Prepend(this);

    /// <summary>
    /// The options that count for this verb and are shown to people: its own, and those of the verbs above that it does not shadow.
    /// </summary>
    public IEnumerable<Option> OptionsInReach =>
        Above is null ? VisibleOptions : VisibleOptions.Concat(Above.OptionsInReach.Where(option => !Shadows(option)));

    /// <summary>Whether an option of this verb has a name of another verb's option.</summary>
    public bool Shadows(Option outer) => Options.Any(own => own.Name == outer.Name || own.Aliases.Contains(outer.Name));

    /// <summary>The verb below of that name or alias, or null.</summary>
    public Verb? Find(string word) => Subcommands.OfType<Verb>().FirstOrDefault(verb => verb.Name == word || verb.Aliases.Contains(word));
}
