using System.Buffers;

namespace GpuContainers.Runtime.ContainerCli.Requirements;

/// <summary>Versions of digits and dots, compared number by number (CL-76).</summary>
internal static class VersionText
{
    private static readonly SearchValues<char> s_characters = SearchValues.Create("0123456789.");

    /// <summary>Whether the text is a version.</summary>
    internal static bool IsVersion(string text) => text.Length > 0 && char.IsAsciiDigit(text[0]) && text.AsSpan().IndexOfAnyExcept(s_characters) < 0;

    /// <summary>Less than, equal to or greater than 0; a missing tail equals zeros.</summary>
    internal static int Compare(string left, string right)
    {
        ReadOnlySpan<char> a = left, b = right;
        while (!a.IsEmpty || !b.IsEmpty)
        {
            int order = CompareNumbers(Take(ref a), Take(ref b));
            if (order != 0)
                return order;
        }
        return 0;
    }

    private static ReadOnlySpan<char> Take(ref ReadOnlySpan<char> text)
    {
        int dot = text.IndexOf('.');
        ReadOnlySpan<char> number = dot < 0 ? text : text[..dot];
        text = dot < 0 ? default : text[(dot + 1)..];
        return number.TrimStart('0');
    }

    // Without leading zeros the longer number is the greater one.
    private static int CompareNumbers(ReadOnlySpan<char> a, ReadOnlySpan<char> b) =>
        a.Length != b.Length ? a.Length.CompareTo(b.Length) : a.SequenceCompareTo(b);
}
