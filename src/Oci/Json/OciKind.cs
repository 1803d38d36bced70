namespace GpuContainers.Oci.Json;

/// <summary>The types of members in the table of runtime.md 8.3.</summary>
internal enum OciKind
{
    Any,
    String,
    Bool,
    Int32,
    Int64,
    UInt16,
    UInt32,
    UInt64,
    Object,
    List,
    Map,
}
