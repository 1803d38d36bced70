using System.Text;

namespace GpuContainers.Runtime.Hooks.LdCache;

/// <summary>A bracket expression of a file name pattern (glob(7), in the C locale), such as <c>[!a-c[:digit:]]</c>.</summary>
internal static class BracketExpression
{
    /// <summary>Whether a byte matches the expression that a pattern begins with.</summary>
    /// <param name="pattern">The pattern, from the opening bracket on.</param>
    /// <param name="b">The byte.</param>
    /// <param name="length">How much of the pattern the expression takes; 0 when it has no end, so that the bracket is a character like others.</param>
    internal static bool Matches(ReadOnlySpan<byte> pattern, byte b, out int length)
    {
        bool negated = pattern.Length > 1 && pattern[1] is (byte)'!' or (byte)'^';
        int first = negated ? 2 : 1;
        bool found = false;
        length = 0;
        for (int at = first; at < pattern.Length;)
        {
            // A closing bracket right after the opening one (or its negation) is a member.
            if (pattern[at] == ']' && at > first)
            {
                length = at + 1;
                return found != negated;
            }
            if (ClassName(pattern[at..]) is { Length: > 0 } name)
            {
                found |= IsInClass(name, b);
                at += name.Length + 4;
                continue;
            }
            byte low = Member(pattern, ref at);
            byte high = low;
            if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                high = Member(pattern, ref at);
            }
            found |= low <= b && b <= high;
        }
        return false;
    }

    // One character: itself, after a backslash, or as [.x.] or [=x=].
    private static byte Member(ReadOnlySpan<byte> pattern, ref int at)
    {
        ReadOnlySpan<byte> rest = pattern[at..];
        bool isSymbol = rest.Length >= 5 && rest[0] == '[' && rest[1] is (byte)'.' or (byte)'=' && rest[3] == rest[1] && rest[4] == ']';
        bool isEscaped = rest.Length >= 2 && rest[0] == '\\';
        at += isSymbol ? 5 : isEscaped ? 2 : 1;
        return isSymbol ? rest[2] : isEscaped ? rest[1] : rest[0];
    }

    private static ReadOnlySpan<byte> ClassName(ReadOnlySpan<byte> text)
    {
        int end = text.StartsWith("[:"u8) ? text.IndexOf(":]"u8) : -1;
        return end > 2 ? text[2..end] : default;
    }

    private static bool IsInClass(ReadOnlySpan<byte> name, byte b)
    {
        char c = (char)b;
        return b < 0x80 && Encoding.ASCII.GetString(name) switch
        {
            "alnum" => char.IsAsciiLetterOrDigit(c),
            "alpha" => char.IsAsciiLetter(c),
            "blank" => c is ' ' or '\t',
            "cntrl" => char.IsControl(c),
            "digit" => char.IsAsciiDigit(c),
            "graph" => c is > ' ' and < '\x7f',
            "lower" => char.IsAsciiLetterLower(c),
            "print" => c is >= ' ' and < '\x7f',
            "punct" => c is > ' ' and < '\x7f' && !char.IsAsciiLetterOrDigit(c),
            "space" => c is ' ' or (>= '\t' and <= '\r'),
            "upper" => char.IsAsciiLetterUpper(c),
            "xdigit" => char.IsAsciiHexDigit(c),
            _ => false,
        };
    }
}
