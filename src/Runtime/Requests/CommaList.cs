namespace GpuContainers.Runtime.Requests;

/// <summary>Lists separated by commas, as variables of containers hold them.</summary>
internal static class CommaList
{
    /// <summary>The elements, blanks around them trimmed, empty ones dropped (RT-125, LG-35).</summary>
    public static List<string> Split(string text)
    {
        var elements = new List<string>();
        foreach (Range range in text.AsSpan().Split(','))
        {
            ReadOnlySpan<char> element = text.AsSpan(range).Trim();
            if (element.Length > 0)
                elements.Add(element.ToString());
        }
        return elements;
    }
}
