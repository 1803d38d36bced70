namespace GpuContainers.Engines.Sources;

/// <summary>A configuration as it was read.</summary>
/// <param name="Origin">The file or command it comes from, for messages.</param>
/// <param name="Content">Its bytes; null for a missing file, which counts as empty.</param>
public sealed record SourceText(string Origin, byte[]? Content);
