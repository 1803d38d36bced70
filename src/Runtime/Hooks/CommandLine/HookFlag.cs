namespace GpuContainers.Runtime.Hooks.CommandLine;

/// <summary>A flag of a hook or of the program.</summary>
/// <param name="Name">Its long name, without dashes.</param>
/// <param name="Usage">What it means, for help.</param>
internal sealed record HookFlag(string Name, string Usage)
{
    /// <summary>Its one-letter name, or null.</summary>
    internal string? Short { get; init; }

    /// <summary>Whether it is true or false; else it takes a value.</summary>
    internal bool IsSwitch { get; init; }

    /// <summary>Whether it may be repeated, each value being split at commas (HK-7).</summary>
    internal bool IsRepeatable { get; init; }

    /// <summary>Whether help leaves it out.</summary>
    internal bool IsHidden { get; init; }

    /// <summary>The value when it is not given.</summary>
    internal string Default { get; init; } = "";

    /// <summary>Whether a text without dashes is this flag's name (HK-9: case matters, no abbreviation).</summary>
    internal bool IsNamed(string text) => text == Name || text == Short;
}
