namespace GpuContainers.Cdi;

/// <summary>A document of the registry with its origin.</summary>
/// <param name="Spec">The document.</param>
/// <param name="Path">The file.</param>
/// <param name="Priority">The index of its folder; higher ones win.</param>
public sealed record RegisteredSpec(CdiSpec Spec, string Path, int Priority);
