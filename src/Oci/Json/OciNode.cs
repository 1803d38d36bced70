namespace GpuContainers.Oci.Json;

/// <summary>One place of interest in the document: where it stands, what it is made of, and what it shall be made of after the edits.</summary>
internal sealed class OciNode
{
    internal OciNode(OciSlot slot, OciKind kind, OciNode? parent)
    {
        Slot = slot;
        Kind = kind;
        Parent = parent;
    }

    internal OciSlot Slot { get; }

    internal OciKind Kind { get; set; }

    /// <summary>The object in which this value stands; null for the document.</summary>
    internal OciNode? Parent { get; }

    /// <summary>The offset of the value's first byte; -1 when the value is not in the text.</summary>
    internal int Start { get; set; } = -1;

    internal int End { get; set; } = -1;

    /// <summary>Whether the text says null here.</summary>
    internal bool IsNull { get; set; }

    /// <summary>Members or elements as they stand in the text.</summary>
    internal List<OciPart> Original { get; set; } = [];

    /// <summary>Members or elements after the edits; null while there are none.</summary>
    internal List<OciPart>? Edited { get; private set; }

    internal List<OciPart> Parts => Edited ?? Original;

    /// <summary>Whether this value or one inside it differs from the text.</summary>
    internal bool Changed { get; private set; }

    /// <summary>The parts, to be changed by the caller; this value and all around it count as changed from now on.</summary>
    internal List<OciPart> Edit()
    {
        Edited ??= [.. Original];
        for (OciNode? node = this; node is { Changed: false }; node = node.Parent)
            node.Changed = true;
        return Edited;
    }
}

/// <summary>
/// A member of an object or an element of a list: a stretch of the text, or new bytes in its place. <paramref name="Node"/> is set where the value is
/// a place of interest, and <paramref name="Name"/> where a member with such a value is not in the text yet.
/// </summary>
internal readonly record struct OciPart(int Start, int End, OciNode? Node = null, byte[]? Fresh = null, string? Name = null)
{
    internal static OciPart From(byte[] fresh) => new(-1, -1, null, fresh);
}
