using System.Globalization;

namespace GpuContainers.Runtime.Hooks.Compat;

/// <summary>A version as the compatibility rules compare it: up to three numbers and a pre-release text (HK-100).</summary>
internal sealed record DriverVersion(ulong Major, ulong Minor, ulong Patch, string Prerelease) : IComparable<DriverVersion>
{
    private const int MaximumLength = 256;

    /// <summary>Null for a text that is no such version as a whole, such as four numbers.</summary>
    internal static DriverVersion? Parse(string text)
    {
        // The framework's numbers may end with zero bytes.
        if (text.Length > MaximumLength || text.Contains('\0'))
            return null;
        string rest = text.StartsWith('v') ? text[1..] : text;
        int plus = rest.IndexOf('+');
        if (plus >= 0 && !AreIdentifiers(rest[(plus + 1)..]))
            return null;
        string version = plus < 0 ? rest : rest[..plus];
        int dash = version.IndexOf('-');
        string prerelease = dash < 0 ? "" : version[(dash + 1)..];
        if (dash >= 0 && !AreIdentifiers(prerelease))
            return null;
        string[] parts = (dash < 0 ? version : version[..dash]).Split('.');
        if (parts.Length > 3)
            return null;
        Span<ulong> numbers = stackalloc ulong[3];
        numbers.Clear();
        for (int i = 0; i < parts.Length; i++)
        {
            if (!ulong.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        }
        return new DriverVersion(numbers[0], numbers[1], numbers[2], prerelease);
    }

    /// <summary>Numeric by part, then the pre-release rules of semantic versions (section 11 of semver.org 2.0.0).</summary>
    public int CompareTo(DriverVersion? other)
    {
        if (other is null)
            return 1;
        int order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        return order != 0 ? order : ComparePrerelease(Prerelease, other.Prerelease);
    }

    private static int ComparePrerelease(string left, string right)
    {
        if (left.Length == 0 || right.Length == 0)
            return right.Length.CompareTo(left.Length) is var order && left.Length == right.Length ? 0 : order;
        string[] a = left.Split('.');
        string[] b = right.Split('.');
        for (int i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            int order = CompareIdentifiers(a[i], b[i]);
            if (order != 0)
                return order;
        }
        return a.Length.CompareTo(b.Length);
    }

    private static int CompareIdentifiers(string a, string b)
    {
        bool aIsNumber = ulong.TryParse(a, NumberStyles.None, CultureInfo.InvariantCulture, out ulong first);
        bool bIsNumber = ulong.TryParse(b, NumberStyles.None, CultureInfo.InvariantCulture, out ulong second);
        return aIsNumber && bIsNumber ? first.CompareTo(second)
            : aIsNumber ? -1
            : bIsNumber ? 1
            : string.CompareOrdinal(a, b);
    }

    private static bool AreIdentifiers(string text)
    {
        foreach (string part in text.Split('.'))
        {
            if (part.Length == 0)
                return false;
            foreach (char c in part)
            {
                if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                    return false;
            }
        }
        return true;
    }
}
