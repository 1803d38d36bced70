namespace GpuContainers.Elf.Cache;

/// <summary>The strings of a cache: distinct, and one that is the end of another shares its bytes (LC-3).</summary>
internal sealed class CacheStrings
{
    private readonly Dictionary<byte[], int> _offsets = new(ByteEquality.Instance);
    private readonly byte[][] _sorted;
    private readonly int _start;

    /// <summary>Lays the strings out from a file offset on.</summary>
    internal CacheStrings(IReadOnlyCollection<byte[]> strings, int start)
    {
        _start = start;
        _sorted = [.. strings];
        Array.Sort(_sorted, CompareFromTheEnd);
        int next = start;
        byte[] previous = [];
        int previousOffset = 0;
        foreach (byte[] text in _sorted)
        {
            bool shares = previous.Length > 0 && previous.AsSpan().EndsWith(text);
            int offset = shares ? previousOffset + previous.Length - text.Length : next;
            _offsets.Add(text, offset);
            if (!shares)
                next += text.Length + 1;
            previous = text;
            previousOffset = offset;
        }
        Length = next - start;
    }

    /// <summary>How many bytes they take.</summary>
    internal int Length { get; }

    /// <summary>The file offset of a string.</summary>
    internal int this[byte[] text] => _offsets[text];

    internal void Write(Span<byte> area)
    {
        foreach (byte[] text in _sorted)
            text.CopyTo(area[(_offsets[text] - _start)..]);
    }

    // The greater byte first, from the last byte on; a string before the ends of it.
    private static int CompareFromTheEnd(byte[] left, byte[] right)
    {
        int i = left.Length;
        int j = right.Length;
        while (i > 0 && j > 0)
        {
            int difference = right[--j] - left[--i];
            if (difference != 0)
                return difference;
        }
        return j - i;
    }
}
