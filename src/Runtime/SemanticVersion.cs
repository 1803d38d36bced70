namespace GpuContainers.Runtime;

/// <summary>A version as images, drivers and specifications write it: leniently, with one to three numbers (RT-209, HK-100, LG-25, LG-49).</summary>
/// <param name="Major">The first number.</param>
/// <param name="Minor">The second number, 0 when it is not given.</param>
/// <param name="Patch">The third number, 0 when it is not given.</param>
/// <param name="Prerelease">What follows the first "-", without metadata; empty for a release.</param>
internal sealed record SemanticVersion(ulong Major, ulong Minor, ulong Patch, string Prerelease) : IComparable<SemanticVersion>
{
    private const int LengthLimit = 256;

    /// <summary>
    /// Reads an optional "v", one to three decimal numbers of up to 64 bits separated by dots, an optional "-" pre-release and optional "+" metadata;
    /// null when the text is anything else or longer than 256 bytes.
    /// </summary>
    public static SemanticVersion? Parse(string text)
    {
        // The framework's numbers may end with zero bytes.
        if (text.Length > LengthLimit || text.Contains('\0'))
            return null;
        ReadOnlySpan<char> rest = text.StartsWith('v') ? text.AsSpan(1) : text;
        if (Cut(ref rest, '+') is { } metadata && !AreIdentifiers(metadata, allowLeadingZero: true))
            return null;
        string? prerelease = Cut(ref rest, '-');
        if (prerelease is not null && !AreIdentifiers(prerelease, allowLeadingZero: false))
            return null;
        Span<ulong> numbers = stackalloc ulong[3];
        return ReadNumbers(rest, numbers) ? new SemanticVersion(numbers[0], numbers[1], numbers[2], prerelease ?? "") : null;
    }

    /// <summary>Orders by semantic-version precedence (section 11 of semver.org 2.0.0); metadata plays no part.</summary>
    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
            return 1;
        int order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (order != 0)
            return order;
        // A pre-release comes before its release.
        if (Prerelease.Length == 0 || other.Prerelease.Length == 0)
            return (other.Prerelease.Length > 0).CompareTo(Prerelease.Length > 0);
        string[] mine = Prerelease.Split('.'), others = other.Prerelease.Split('.');
        for (int i = 0; i < Math.Min(mine.Length, others.Length); i++)
        {
            order = CompareIdentifiers(mine[i], others[i]);
            if (order != 0)
                return order;
        }
        return mine.Length.CompareTo(others.Length);
    }

    // Takes what follows the first mark off the end; null without the mark.
    private static string? Cut(ref ReadOnlySpan<char> rest, char mark)
    {
        int at = rest.IndexOf(mark);
        if (at < 0)
            return null;
        string tail = rest[(at + 1)..].ToString();
        rest = rest[..at];
        return tail;
    }

    private static bool AreIdentifiers(string text, bool allowLeadingZero)
    {
        foreach (string identifier in text.Split('.'))
        {
            bool plain = identifier.Length > 0;
            foreach (char c in identifier)
                plain &= char.IsAsciiLetterOrDigit(c) || c == '-';
            if (!plain || (!allowLeadingZero && identifier.Length > 1 && identifier[0] == '0' && IsNumber(identifier)))
                return false;
        }
        return true;
    }

    private static bool ReadNumbers(ReadOnlySpan<char> text, Span<ulong> numbers)
    {
        numbers.Clear();
        int count = 0;
        foreach (Range range in text.Split('.'))
        {
            // NumberStyles.None: digits only, no sign and no blanks.
            if (count == numbers.Length || !ulong.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[count++]))
                return false;
        }
        return true;
    }

    // Numbers come before words and are compared as numbers of any length; words bytewise.
    private static int CompareIdentifiers(string a, string b)
    {
        bool aIsNumber = IsNumber(a);
        bool bIsNumber = IsNumber(b);
        if (aIsNumber != bIsNumber)
            return aIsNumber ? -1 : 1;
        int byLength = aIsNumber ? a.Length.CompareTo(b.Length) : 0;
        return byLength != 0 ? byLength : string.CompareOrdinal(a, b);
    }

    private static bool IsNumber(string text) => text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0;
}
