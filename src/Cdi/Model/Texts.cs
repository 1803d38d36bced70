namespace GpuContainers.Cdi.Model;

/// <summary>Comparisons of texts, by their UTF-8 bytes (CDI-4).</summary>
internal static class Texts
{
    /// <summary>Byte order: the order of UTF-16 units differs from it above U+FFFF (CDI-4).</summary>
    internal static int Compare(string left, string right)
    {
        int length = Math.Min(left.Length, right.Length);
        for (int i = 0; i < length; i++)
        {
            char a = left[i];
            char b = right[i];
            if (a == b)
                continue;
            bool aIsHigh = char.IsSurrogate(a);
            bool bIsHigh = char.IsSurrogate(b);
            return aIsHigh == bIsHigh ? a.CompareTo(b) : aIsHigh ? 1 : -1;
        }
        return left.Length.CompareTo(right.Length);
    }

    internal static List<KeyValuePair<string, string>> InByteOrder(IReadOnlyDictionary<string, string> map)
    {
        var sorted = new List<KeyValuePair<string, string>>(map);
        sorted.Sort((left, right) => Compare(left.Key, right.Key));
        return sorted;
    }

    internal static int Bytes(string text) => Encoding.UTF8.GetByteCount(text);
}
