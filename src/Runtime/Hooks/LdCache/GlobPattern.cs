namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>One component of a file name pattern (glob(7)), over bytes.</summary>
internal static class GlobPattern
{
    /// <summary>Whether the text has anything that makes it a pattern.</summary>
    internal static bool IsPattern(ReadOnlySpan<byte> text) => text.ContainsAny("*?[\\"u8);

    /// <summary>
    /// Whether a name matches; a dot at its beginning only matches a dot (HK-74). Takes time in proportion to the product of the lengths at most.
    /// </summary>
    internal static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name)
    {
        if (name.StartsWith("."u8) && !pattern.StartsWith("."u8) && !pattern.StartsWith("\\."u8))
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
        if (pattern[0] == '[')
        {
            bool matches = BracketExpression.Matches(pattern, b, out taken);
            if (taken > 0)
                return matches;
            taken = 1;
        }
        if (pattern[0] == '\\')
        {
            // A backslash at the end matches nothing.
            taken = 2;
            return pattern.Length > 1 && pattern[1] == b;
        }
        return pattern[0] == b;
    }
}
