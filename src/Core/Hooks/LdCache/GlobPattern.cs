namespace GpuContainers.Core.Hooks;

/// <summary>One component of a file name pattern (glob(7)), over bytes.</summary>
internal static class GlobPattern
{
    /// <summary>Whether the text has anything that makes it a pattern.</summary>
    internal static bool IsPattern(ReadOnlySpan<byte> text) => text.ContainsAny("*?[\\"u8);

    /// <summary>Whether a name matches; a dot at its beginning only matches a dot (HK-74). Takes time in proportion to the product of the lengths at most.</summary>
    internal static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("."u8) && !pattern.StartsWith("."u8))
            return false;
        int p = 0;
        int n = 0;
        int starPattern = -1;
        int starName = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                starPattern = ++p;
                starName = n;
            }
            else if (p < pattern.Length && MatchesOne(pattern[p..], name[n], out int taken))
            {
                p += taken;
                n++;
            }
            else if (starPattern >= 0)
            {
                // The last star takes one byte more; earlier ones need not be tried again.
                p = starPattern;
                n = ++starName;
            }
            else
            {
                return false;
            }
        }
        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }

    private static bool MatchesOne(ReadOnlySpan<byte> pattern, byte b, out int taken)
    {
        taken = 1;
        if (pattern[0] == '?')
            return true;
        if (pattern[0] == '[' && ClassEnd(pattern) is > 0 and int end)
        {
            taken = end + 1;
            return MatchesClass(pattern[1..end], b);
        }
        if (pattern[0] == '\\' && pattern.Length > 1)
        {
            taken = 2;
            return pattern[1] == b;
        }
        return pattern[0] == b;
    }

    // A bracket right after the opening one (or its negation) is a member; -1 when the class has no end.
    private static int ClassEnd(ReadOnlySpan<byte> pattern)
    {
        int first = pattern.Length > 1 && pattern[1] is (byte)'!' or (byte)'^' ? 2 : 1;
        int end = pattern.Length > first + 1 ? pattern[(first + 1)..].IndexOf((byte)']') : -1;
        return end < 0 ? -1 : end + first + 1;
    }

    private static bool MatchesClass(ReadOnlySpan<byte> members, byte b)
    {
        bool negated = members[0] is (byte)'!' or (byte)'^';
        if (negated)
            members = members[1..];
        bool found = false;
        for (int i = 0; i < members.Length; i++)
        {
            if (i + 2 < members.Length && members[i + 1] == '-')
            {
                found |= members[i] <= b && b <= members[i + 2];
                i += 2;
            }
            else
            {
                found |= members[i] == b;
            }
        }
        return found != negated;
    }
}
