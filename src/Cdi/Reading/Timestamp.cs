namespace GpuContainers.Cdi.Reading;

/// <summary>Dates and times as NVIDIA's toolkit recognises them: the text stays as it is written, but counts as no plain string (CDI-21).</summary>
internal static class Timestamp
{
    private static ReadOnlySpan<byte> DaysOfMonth => [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>Whether a text is a date that exists, "2001-1-31", alone or with a time, "2001-1-31T1:2:3.4+01:00" or "2001-1-31 1:2:3".</summary>
    internal static bool Is(ReadOnlySpan<char> text)
    {
        if (!IsDate(ref text))
            return false;
        if (text.IsEmpty)
            return true;
        if (text[0] == ' ')
        {
            text = text.TrimStart(' ');
            return IsTime(ref text) && text.IsEmpty;
        }
        bool marked = text[0] is 'T' or 't';
        text = text[1..];
        return marked && IsTime(ref text) && IsZone(text);
    }

    private static bool IsDate(ref ReadOnlySpan<char> rest)
    {
        if (!Number(ref rest, 4, 4, 9999, out int year) || !Skip(ref rest, '-') || !Number(ref rest, 1, 2, 12, out int month) || month == 0)
            return false;
        int days = month == 2 && !DateTime.IsLeapYear(year == 0 ? 400 : year) ? 28 : DaysOfMonth[month - 1];
        return Skip(ref rest, '-') && Number(ref rest, 1, 2, days, out int day) && day > 0;
    }

    private static bool IsTime(ref ReadOnlySpan<char> rest)
    {
        if (!Number(ref rest, 1, 2, 23, out _) || !Skip(ref rest, ':') || !Number(ref rest, 1, 2, 59, out _)
            || !Skip(ref rest, ':') || !Number(ref rest, 1, 2, 59, out _))
        {
            return false;
        }
        if (rest is ['.' or ',', >= '0' and <= '9', ..])
            rest = rest[1..].TrimStart("0123456789");
        return true;
    }

    private static bool IsZone(ReadOnlySpan<char> rest) =>
        rest is "Z" || ((Skip(ref rest, '+') || Skip(ref rest, '-')) && Number(ref rest, 2, 2, 24, out _)
            && Skip(ref rest, ':') && Number(ref rest, 2, 2, 60, out _) && rest.IsEmpty);

    private static bool Skip(ref ReadOnlySpan<char> rest, char wanted)
    {
        if (rest.IsEmpty || rest[0] != wanted)
            return false;
        rest = rest[1..];
        return true;
    }

    private static bool Number(ref ReadOnlySpan<char> rest, int leastDigits, int mostDigits, int most, out int number)
    {
        number = 0;
        int count = 0;
        while (count < rest.Length && count < mostDigits && char.IsAsciiDigit(rest[count]))
            number = (number * 10) + rest[count++] - '0';
        rest = rest[count..];
        return count >= leastDigits && number <= most;
    }
}
