namespace GpuContainers.Cdi.Writing;

/// <summary>The order of annotation keys in YAML: "rev9" before "rev10", "a-b" before "ab", "B" before "a" (CDI-180).</summary>
internal static class NaturalOrder
{
    internal static int Compare(string left, string right)
    {
        Rune[] a = [.. left.EnumerateRunes()];
        Rune[] b = [.. right.EnumerateRunes()];
        int length = Math.Min(a.Length, b.Length);
        int at = 0;
        while (at < length && a[at] == b[at])
            at++;
        return at == length ? a.Length.CompareTo(b.Length) : CompareAt(a, b, at);
    }

    // The first difference decides.
    private static int CompareAt(Rune[] a, Rune[] b, int at)
    {
        bool aLetter = Rune.IsLetter(a[at]);
        bool bLetter = Rune.IsLetter(b[at]);
        if (aLetter && bLetter)
            return a[at].CompareTo(b[at]);
        if (aLetter || bLetter)
        {
            bool afterDigit = at > 0 && Rune.IsDigit(a[at - 1]);
            return aLetter == afterDigit ? -1 : 1;
        }
        int start = a[at].Value == '0' || b[at].Value == '0' ? Continued(a, at) : 0;
        (long aNumber, int aEnd) = Digits(a, at, start);
        (long bNumber, int bEnd) = Digits(b, at, start);
        if (aNumber != bNumber)
            return aNumber.CompareTo(bNumber);
        return aEnd != bEnd ? aEnd.CompareTo(bEnd) : a[at].CompareTo(b[at]);
    }

    // A zero at the difference continues the digits before it, if those are not zeros only.
    private static int Continued(Rune[] text, int at)
    {
        for (int i = at - 1; i >= 0 && Rune.IsDigit(text[i]); i--)
        {
            if (text[i].Value != '0')
                return 1;
        }
        return 0;
    }

    private static (long Number, int End) Digits(Rune[] text, int at, int start)
    {
        long number = start;
        int end = at;
        while (end < text.Length && Rune.IsDigit(text[end]))
            number = unchecked((number * 10) + (long)Rune.GetNumericValue(text[end++]));
        return (number, end);
    }
}
