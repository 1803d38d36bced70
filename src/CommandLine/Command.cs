namespace GpuContainers.CommandLine;

/// <summary>A command word with its options, and either what it does or the words below it.</summary>
/// <param name="name">The word.</param>
/// <param name="description">One line for lists of commands.</param>
public sealed class Command(string name, string description)
{
    /// <summary>The word.</summary>
    public string Name { get; } = name;

    /// <summary>One line for lists of commands.</summary>
    public string Description { get; } = description;

    /// <summary>Other words for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether help texts leave it out.</summary>
    public bool Hidden { get; init; }

    /// <summary>What the command does; null for a group, which prints its help.</summary>
    public Func<Invocation, int>? Run { get; init; }

    /// <summary>The program's name in help and version texts; of the root alone.</summary>
    public string Title { get; init; } = "";

    /// <summary>More than the description, for help and man page; empty for none. Paragraphs are separated by empty lines.</summary>
    public string Details { get; init; } = "";

    /// <summary>Command lines that show the command's use, each with a remark.</summary>
    public IReadOnlyList<Example> Examples { get; init; } = [];

    /// <summary>The name of the words that the command takes besides options; empty when it takes none.</summary>
    public string Operands { get; init; } = "";

    /// <summary>The words that it takes, for help and completion; empty when they cannot be listed.</summary>
    public IReadOnlyList<string> OperandChoices { get; init; } = [];

    /// <summary>Its options, in the order of help texts.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>The commands below, in the order of help texts.</summary>
    public IReadOnlyList<Command> Commands
    {
        get;
        init
        {
            field = value;
            foreach (Command child in value)
                child.Parent = this;
        }
    } = [];

    /// <summary>The command above, or null for the root.</summary>
    public Command? Parent { get; private set; }

    /// <summary>The command above all others: the program itself.</summary>
    public Command Root => Parent?.Root ?? this;

    /// <summary>The words from below the root to this command: "runtime configure"; empty for the root.</summary>
    public string Words => Parent is null ? "" : (Parent.Words + " " + Name).TrimStart();

    /// <summary>The commands below that are shown to people.</summary>
    public IEnumerable<Command> VisibleCommands => Commands.Where(child => !child.Hidden);

    /// <summary>The options that are shown to people.</summary>
    public IEnumerable<Option> VisibleOptions => Options.Where(option => !option.Hidden);

    /// <summary>This command and all visible ones below it, each before those below it.</summary>
    public IEnumerable<Command> Tree => VisibleCommands.SelectMany(child => child.Tree).Prepend(this);

    /// <summary>
    /// The options that count for this command and are shown to people: its own, and those of the commands above that it does not shadow.
    /// </summary>
    public IEnumerable<Option> OptionsInReach =>
        Parent is null ? VisibleOptions : VisibleOptions.Concat(Parent.OptionsInReach.Where(option => !Shadows(option)));

    /// <summary>Whether an option of this command has a name of another command's option.</summary>
    public bool Shadows(Option outer) => Options.Any(own => own.Names.Contains(outer.Name));

    /// <summary>The command below of that name or alias, or null.</summary>
    public Command? Find(string word) => Commands.FirstOrDefault(child => child.Name == word || child.Aliases.Contains(word));
}

/// <summary>One command line that shows the use of a command.</summary>
/// <param name="Remark">What it is good for, lower case, without a full stop.</param>
/// <param name="Line">What to type.</param>
public sealed record Example(string Remark, string Line);

/// <summary>One call of a command: the values of its options and where its results go.</summary>
public sealed class Invocation
{
    private readonly IReadOnlyDictionary<Option, List<string>> _values;

    internal Invocation(
        Command command, IReadOnlyDictionary<Option, List<string>> values, IReadOnlyList<string> words, IReadOnlyList<string> ignored, TextWriter output)
    {
        Command = command;
        Output = output;
        // A command without operands ignores its words as well (CT-16).
        Words = command.Operands.Length > 0 ? words : [];
        Ignored = command.Operands.Length > 0 ? ignored : [.. ignored, .. words];
        _values = values;
    }

    /// <summary>The command that is called.</summary>
    public Command Command { get; }

    /// <summary>Standard output: results only, never diagnostics.</summary>
    public TextWriter Output { get; }

    /// <summary>The width of texts for people.</summary>
    public int Width { get; init; } = WrappedText.UsualWidth;

    /// <summary>The words besides options; none for a command without operands.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>The words that mean nothing to the command.</summary>
    internal IReadOnlyList<string> Ignored { get; }

    /// <summary>The value of an option: from the command line, else the environment, else its default.</summary>
    public T Get<T>(Option<T> option) => option.Read(_values.GetValueOrDefault(option));

    /// <summary>Whether the command line or the environment gives the option.</summary>
    public bool IsGiven(Option option) => _values.ContainsKey(option);
}
