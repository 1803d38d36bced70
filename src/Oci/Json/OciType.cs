namespace GpuContainers.Oci.Json;

/// <summary>The type of a member: a scalar, an object with its members, or a list or map of one type.</summary>
internal sealed class OciType
{
    internal OciType(OciKind kind) => Kind = kind;

    internal OciType(params OciMember[] members)
    {
        Kind = OciKind.Object;
        Members = members;
    }

    private OciType(OciKind kind, OciType item)
    {
        Kind = kind;
        Item = item;
    }

    internal OciKind Kind { get; }

    internal OciType? Item { get; }

    internal OciMember[] Members { get; } = [];

    internal static OciType ListOf(OciType item) => new(OciKind.List, item);

    internal static OciType MapOf(OciType item) => new(OciKind.Map, item);
}
