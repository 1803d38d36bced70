namespace GpuContainers.Cdi.Reading;

/// <summary>What a scalar stands for (CDI-21).</summary>
internal enum ScalarKind
{
    Null,
    Bool,
    Integer,
    Float,
    Text,
}
