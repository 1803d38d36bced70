using System.Globalization;

namespace GpuContainers.Runtime.Requirements;

/// <summary>A version as requirements of images write it: leniently, with one to three numbers (RT-209, LG-25, LG-49).</summary>
internal sealed class SemanticVersion : IComparable<SemanticVersion>
{
    private const int LengthLimit = 256;
    private readonly ulong[] _numbers;
    private readonly string[] _preRelease;

    private SemanticVersion(ulong[] numbers, string[] preRelease)
    {
        _numbers = numbers;
        _preRelease = preRelease;
    }

    /// <summary>The first number.</summary>
    public ulong Major => _numbers[0];

    /// <summary>The second number, 0 when it is not given.</summary>
    public ulong Minor => _numbers[1];

    /// <summary>
    /// Reads an optional "v", one to three decimal numbers of up to 64 bits separated by dots, an optional "-" pre-release and optional "+" metadata;
    /// null when the text is anything else or longer than 256 bytes.
    /// </summary>
    public static SemanticVersion? Parse(string text)
    {
        if (text.Length > LengthLimit)
            return null;
        ReadOnlySpan<char> rest = text.StartsWith('v') ? text.AsSpan(1) : text;
        if (Cut(ref rest, '+') is { } metadata && !AreIdentifiers(metadata, allowLeadingZero: true))
            return null;
        string? preRelease = Cut(ref rest, '-');
        if (preRelease is not null && !AreIdentifiers(preRelease, allowLeadingZero: false))
            return null;
        return Numbers(rest) is { } numbers ? new SemanticVersion(numbers, preRelease?.Split('.') ?? []) : null;
    }

    /// <summary>Orders by semantic-version precedence; metadata plays no part.</summary>
    public int CompareTo(SemanticVersion? other)
    {
        if (other is null)
            return 1;
        for (int i = 0; i < _numbers.Length; i++)
        {
            int order = _numbers[i].CompareTo(other._numbers[i]);
            if (order != 0)
                return order;
        }
        // A pre-release comes before its release.
        if (_preRelease.Length == 0 || other._preRelease.Length == 0)
            return other._preRelease.Length.CompareTo(_preRelease.Length);
        for (int i = 0; i < Math.Min(_preRelease.Length, other._preRelease.Length); i++)
        {
            int order = CompareIdentifiers(_preRelease[i], other._preRelease[i]);
            if (order != 0)
                return order;
        }
        return _preRelease.Length.CompareTo(other._preRelease.Length);
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

    private static ulong[]? Numbers(ReadOnlySpan<char> text)
    {
        var numbers = new ulong[3];
        int count = 0;
        foreach (Range range in text.Split('.'))
        {
            // NumberStyles.None: digits only, no sign and no blanks.
            if (count == numbers.Length || !ulong.TryParse(text[range], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[count++]))
                return null;
        }
        return numbers;
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
