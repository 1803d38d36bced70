using GpuContainers.Cdi;

namespace GpuContainers.Generation;

/// <summary>One document of a generation.</summary>
/// <param name="Infix">What distinguishes its file from that of the whole, such as ".coherent"; empty for the whole.</param>
/// <param name="Spec">The specification.</param>
public sealed record SpecDocument(string Infix, CdiSpec Spec);
