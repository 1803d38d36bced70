namespace GpuContainers.Generation;

/// <summary>One search.</summary>
/// <param name="Wanted">The name or pattern.</param>
/// <param name="Found">The host paths; empty when there are none.</param>
/// <param name="Note">Why there are none, or what became of them; empty when that is plain.</param>
public sealed record ExplanationItem(string Wanted, IReadOnlyList<string> Found, string Note);
