namespace GpuContainers.CommandLine;

/// <summary>An option of a command, with its names in the environment and its looks in help texts.</summary>
/// <param name="name">The name with its dashes.</param>
/// <param name="description">One line for help texts.</param>
/// <param name="aliases">Other names with their dashes.</param>
public abstract class Option(string name, string description, string[] aliases)
{
    /// <summary>The name with its dashes.</summary>
    public string Name { get; } = name;

    /// <summary>One line for help texts.</summary>
    public string Description { get; } = description;

    /// <summary>Other names with their dashes.</summary>
    public IReadOnlyList<string> Aliases { get; } = aliases;

    /// <summary>All names.</summary>
    public IEnumerable<string> Names => Aliases.Prepend(Name);

    /// <summary>Whether help texts leave it out.</summary>
    public bool Hidden { get; init; }

    /// <summary>The variables that may give the value, the most important first.</summary>
    public string[] Variables { get; init; } = [];

    /// <summary>The word for the value in help texts; empty for a flag, which needs none.</summary>
    public string ValueWord { get; init; } = "string";

    /// <summary>The default as help texts show it; empty for none.</summary>
    public string DefaultText { get; init; } = "";

    /// <summary>The values that make sense, for completion; empty when there is no list.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>An option that is on or off.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="description">One line for help texts.</param>
    /// <param name="variables">The variables that may give the value, the most important first.</param>
    /// <param name="aliases">Other names with their dashes.</param>
    public static FlagOption Flag(string name, string description, string[] variables, params string[] aliases) =>
        new(name, description, aliases) { Variables = variables };

    /// <summary>An option with one text.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="description">One line for help texts.</param>
    /// <param name="word">The word for the value in help texts.</param>
    /// <param name="variables">The variables that may give the value, the most important first.</param>
    /// <param name="byDefault">The value when neither command line nor environment gives one.</param>
    /// <param name="aliases">Other names with their dashes.</param>
    public static TextOption Text(string name, string description, string word, string[] variables, string byDefault = "", params string[] aliases) =>
        new(name, description, byDefault, aliases) { ValueWord = word, Variables = variables };

    /// <summary>An option with a list of texts; blanks are a part of them.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="description">One line for help texts.</param>
    /// <param name="word">The word for the value in help texts.</param>
    /// <param name="variables">The variables that may give the value, the most important first.</param>
    /// <param name="byDefault">The values when neither command line nor environment gives one; null for none.</param>
    /// <param name="aliases">Other names with their dashes.</param>
    public static ListOption List(
        string name, string description, string word, string[] variables, string[]? byDefault = null, params string[] aliases) =>
        new(name, description, byDefault ?? [], aliases) { ValueWord = word, Variables = variables, TrimsItems = false };
}

/// <summary>An option with a value of this type.</summary>
public abstract class Option<T>(string name, string description, string[] aliases) : Option(name, description, aliases)
{
    /// <summary>The value.</summary>
    /// <param name="given">The texts from the command line or the environment; null when there are none.</param>
    internal abstract T Read(IReadOnlyList<string>? given);
}

/// <summary>An option that is on or off: <c>--f</c>, <c>--f=false</c>.</summary>
public sealed class FlagOption : Option<bool>
{
    /// <summary>Makes the option.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="description">One line for help texts.</param>
    /// <param name="aliases">Other names with their dashes.</param>
    public FlagOption(string name, string description, params string[] aliases) : base(name, description, aliases) => ValueWord = "";

    /// <summary>The value when neither command line nor environment gives one.</summary>
    public bool ByDefault
    {
        get;
        init
        {
            field = value;
            DefaultText = value ? "true" : "";
        }
    }

    internal override bool Read(IReadOnlyList<string>? given) => given is null ? ByDefault : given[0] == bool.TrueString;
}

/// <summary>An option with one text; given twice, the last counts.</summary>
public sealed class TextOption : Option<string>
{
    private readonly string _byDefault;

    /// <summary>Makes the option.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="description">One line for help texts.</param>
    /// <param name="byDefault">The value when neither command line nor environment gives one.</param>
    /// <param name="aliases">Other names with their dashes.</param>
    public TextOption(string name, string description, string byDefault = "", params string[] aliases) : base(name, description, aliases)
    {
        _byDefault = byDefault;
        DefaultText = byDefault.Length == 0 ? "" : $"\"{byDefault}\"";
    }

    internal override string Read(IReadOnlyList<string>? given) => given?[0] ?? _byDefault;
}

/// <summary>An option that may be given several times; each text is a list too, split at commas.</summary>
public sealed class ListOption : Option<string[]>
{
    private readonly string[] _byDefault;

    /// <summary>Makes the option.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="description">One line for help texts.</param>
    /// <param name="byDefault">The value when neither command line nor environment gives one.</param>
    /// <param name="aliases">Other names with their dashes.</param>
    public ListOption(string name, string description, string[] byDefault, params string[] aliases) : base(name, description, aliases)
    {
        _byDefault = byDefault;
        DefaultText = string.Join(", ", byDefault.Select(text => $"\"{text}\""));
    }

    /// <summary>Whether blanks around the items are dropped.</summary>
    public bool TrimsItems { get; init; } = true;

    /// <summary>Whether each text is split at its commas; true unless the command splits by rules of its own.</summary>
    public bool SplitsAtCommas { get; init; } = true;

    internal IEnumerable<string> Split(string text) => SplitsAtCommas ? text.Split(',').Select(item => TrimsItems ? item.Trim() : item) : [text];

    internal override string[] Read(IReadOnlyList<string>? given) => given is null ? _byDefault : [.. given];
}
