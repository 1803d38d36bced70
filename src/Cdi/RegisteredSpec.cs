namespace GpuContainers.Cdi;

/// <summary>A document of the registry with its origin (CDI-66).</summary>
/// <param name="Spec">The document.</param>
/// <param name="Path">The file.</param>
/// <param name="Priority">The index of its folder; higher ones win (CDI-51).</param>
public sealed record RegisteredSpec(CdiSpec Spec, string Path, int Priority);
