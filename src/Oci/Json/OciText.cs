namespace GpuContainers.Oci.Json;

/// <summary>Writes the document after its edits: every stretch that no edit touched is copied, separators and indentation are kept.</summary>
internal ref struct OciText
{
    // What a GPU's usual edits need, so that the text is written in one piece.
    private const int RoomForEdits = 20 << 10;

    private readonly ReadOnlySpan<byte> _source;
    private byte[] _bytes;
    private int _length;

    internal OciText(ReadOnlySpan<byte> source)
    {
        _source = source;
        _bytes = GC.AllocateUninitializedArray<byte>(source.Length + RoomForEdits);
    }

    internal readonly byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    internal void Copy(int start, int end) => Put(_source[start..end]);

    internal void Write(OciNode node)
    {
        if (!node.Changed)
        {
            Copy(node.Start, node.End);
            return;
        }
        List<OciPart> original = node.Original;
        ReadOnlySpan<byte> brackets = node.Kind is OciKind.Object or OciKind.Map ? "{}"u8 : "[]"u8;
        ReadOnlySpan<byte> head = brackets[..1];
        ReadOnlySpan<byte> tail = brackets[1..];
        if (original.Count > 0)
        {
            head = _source[node.Start..original[0].Start];
            tail = _source[original[^1].End..node.End];
        }
        else if (node.Start >= 0 && _source[node.Start] == head[0])
        {
            head = _source[node.Start..(node.End - 1)];
        }
        Put(head);
        for (int i = 0; i < node.Parts.Count; i++)
        {
            if (i > 0)
                Separate(original, i, head);
            Write(node.Parts[i]);
        }
        Put(tail);
    }

    /// <summary>Separators stay at their positions; further elements are set apart like the last ones, or like the first from its bracket.</summary>
    private void Separate(List<OciPart> original, int index, ReadOnlySpan<byte> head)
    {
        if (original.Count >= 2)
        {
            int before = Math.Min(index, original.Count - 1);
            Copy(original[before - 1].End, original[before].Start);
            return;
        }
        Put(","u8);
        Put(head[1..]);
    }

    private void Write(OciPart part)
    {
        if (part.Fresh is not null)
        {
            Put(part.Fresh);
        }
        else if (part.Name is not null)
        {
            Put("\""u8);
            Put(System.Text.Encoding.ASCII.GetBytes(part.Name));
            Put("\":"u8);
            Write(part.Node!);
        }
        else if (part.Node is { Changed: true } node)
        {
            Copy(part.Start, node.Start);
            Write(node);
        }
        else
        {
            Copy(part.Start, part.End);
        }
    }

    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + bytes.Length));
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }
}
