namespace GpuContainers.CommandLine;

/// <summary>What an option has beyond System.CommandLine: names in the environment, and its looks in help texts.</summary>
public interface ISetting
{
    /// <summary>The variables that may give the value, the most important first.</summary>
    string[] Variables { get; init; }

    /// <summary>The word for the value in help texts; empty for a flag, which needs none.</summary>
    string ValueWord { get; }

    /// <summary>The default as help texts show it; empty for none.</summary>
    string DefaultText { get; }

    /// <summary>The values that make sense, for completion; empty when there is no list.</summary>
    IReadOnlyList<string> Choices { get; }
}
