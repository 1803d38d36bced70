namespace GpuContainers.Generation.Explanations;

/// <summary>What came of one step of a generation.</summary>
public enum ExplanationOutcome
{
    /// <summary>It was looked for and found.</summary>
    Found,

    /// <summary>It was looked for and not found.</summary>
    Missing,

    /// <summary>Nothing was looked for: something was decided, such as a mode or whether a hook is needed.</summary>
    Decided,
}
