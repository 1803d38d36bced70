namespace GpuContainers.Oci.Json;

/// <summary>
/// A member of an object or an element of a list: a stretch of the text, or new bytes in its place. <paramref name="Node"/> is set where the value is
/// a place of interest, and <paramref name="Name"/> where a member with such a value is not in the text yet.
/// </summary>
internal readonly record struct OciPart(int Start, int End, OciNode? Node = null, byte[]? Fresh = null, string? Name = null)
{
    internal static OciPart From(byte[] fresh) => new(-1, -1, null, fresh);
}
