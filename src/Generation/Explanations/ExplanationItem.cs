namespace GpuContainers.Generation.Explanations;

/// <summary>One search or decision.</summary>
/// <param name="Wanted">The name or pattern that was looked for, or what was decided.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Found">The host paths; empty when there are none.</param>
/// <param name="Note">Why there are none, what became of them, or why it was decided so; empty when that is plain.</param>
public sealed record ExplanationItem(string Wanted, ExplanationOutcome Outcome, IReadOnlyList<string> Found, string Note);
