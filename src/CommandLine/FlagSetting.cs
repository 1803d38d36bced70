using System.CommandLine;

namespace GpuContainers.CommandLine;

/// <summary>An option that is on or off: <c>--f</c>, <c>--f=false</c>.</summary>
public sealed class FlagSetting : Option<bool>, ISetting
{
    /// <summary>Makes the option.</summary>
    /// <param name="name">The name with its dashes.</param>
    /// <param name="description">One line for help texts.</param>
    /// <param name="aliases">Other names with their dashes.</param>
    public FlagSetting(string name, string description, params string[] aliases)
        : base(name, aliases) => Description = description;

    /// <inheritdoc/>
    public string[] Variables { get; init; } = [];

    /// <inheritdoc/>
    public string ValueWord => "";

    /// <inheritdoc/>
    public string DefaultText => ByDefault ? "true" : "";

    /// <inheritdoc/>
    public IReadOnlyList<string> Choices => [];

    /// <summary>The value when neither command line nor environment gives one.</summary>
    public bool ByDefault
    {
        get;
        init
        {
            field = value;
            DefaultValueFactory = _ => value;
        }
    }
}
