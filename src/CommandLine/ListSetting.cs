using System.CommandLine;

namespace GpuContainers.CommandLine;

/// <summary>An option that may be given several times; each text is a list too, split at commas.</summary>
public sealed class ListSetting : Option<string[]>, ISetting
{
    /// <summary>Makes the option.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="description">One line for help texts.</param>
    /// <param name="byDefault">The value when neither command line nor environment gives one.</param>
    /// <param name="aliases">Other names with their dashes.</param>
    public ListSetting(string name, string description, string[] byDefault, params string[] aliases)
        : base(name, aliases)
    {
        Description = description;
        DefaultValueFactory = _ => byDefault;
        DefaultText = string.Join(", ", byDefault.Select(text => $"\"{text}\""));
    }

    /// <inheritdoc/>
    public string[] Variables { get; init; } = [];

    /// <inheritdoc/>
    public string ValueWord { get; init; } = "string";

    /// <inheritdoc/>
    public string DefaultText { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>Whether blanks around the items are dropped.</summary>
    public bool TrimsItems { get; init; } = true;

    /// <summary>Whether each text is split at its commas; true unless the verb splits by rules of its own.</summary>
    public bool SplitsAtCommas { get; init; } = true;
}
