namespace GpuContainers.Cdi.Reading;

/// <summary>What a node of a document is.</summary>
internal enum SpecNodeKind
{
    Scalar,
    List,
    Map,
}
