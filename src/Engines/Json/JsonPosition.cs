namespace GpuContainers.Engines.Json;

/// <summary>Where in a text something stands, as people count.</summary>
internal static class JsonPosition
{
    /// <summary>Line and column, both from 1; the column counts bytes.</summary>
    internal static (int Line, int Column) Find(ReadOnlySpan<byte> text, int offset)
    {
        ReadOnlySpan<byte> before = text[..offset];
        return (before.Count((byte)'\n') + 1, offset - before.LastIndexOf((byte)'\n'));
    }

    /// <summary>The place of a line and a byte in it, both from 0.</summary>
    internal static int OffsetOf(ReadOnlySpan<byte> text, int line, int byteInLine)
    {
        int start = 0;
        for (; line > 0; line--)
            start += text[start..].IndexOf((byte)'\n') + 1;
        return start + byteInLine;
    }
}
