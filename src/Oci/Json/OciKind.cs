namespace GpuContainers.Oci.Json;

/// <summary>The types of members in the schema of config.json.</summary>
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
