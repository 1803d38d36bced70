using System.CommandLine;

namespace GpuContainers.CommandLine;

/// <summary>An option with one text; given twice, the last counts.</summary>
public sealed class TextSetting : Option<string>, ISetting
{
    /// <summary>Makes the option.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="description">One line for help texts.</param>
    /// <param name="byDefault">The value when neither command line nor environment gives one.</param>
    /// <param name="aliases">Other names with their dashes.</param>
    public TextSetting(string name, string description, string byDefault = "", params string[] aliases)
        : base(name, aliases)
    {
        Description = description;
        DefaultValueFactory = _ => byDefault;
        DefaultText = byDefault.Length == 0 ? "" : $"\"{byDefault}\"";
    }

    /// <inheritdoc/>
    public string[] Variables { get; init; } = [];

    /// <inheritdoc/>
    public string ValueWord { get; init; } = "string";

    /// <inheritdoc/>
    public string DefaultText { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Choices { get; init; } = [];
}
