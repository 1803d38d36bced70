using System.Text;

namespace GpuContainers.Host.Files;

/// <summary>
/// The glob language of the toolkit: <c>*</c> any run of characters but '/', <c>?</c> one character but '/', <c>[set]</c>, <c>[^set]</c>, ranges,
/// <c>\</c> takes the next character as it is. A leading dot is nothing special. Matching works on the bytes of a name, so no name needs to become a string.
/// </summary>
public sealed class GlobPattern
{
    private readonly byte[] _pattern;
    private readonly bool _literalTail;

    /// <summary>Prepares a pattern; a malformed one matches nothing.</summary>
    public GlobPattern(string pattern)
    {
        _pattern = Encoding.UTF8.GetBytes(pattern);
        int star = _pattern.AsSpan().LastIndexOf((byte)'*');
        _literalTail = star >= 0 && _pattern.AsSpan(star).IndexOfAny("?[]\\"u8) < 0;
    }

    /// <summary>Whether the text has any character that makes it a pattern.</summary>
    public static bool HasMeta(string text) => text.AsSpan().IndexOfAny("*?[\\") >= 0;

    /// <summary>Whether the whole text matches.</summary>
    public bool IsMatch(string text) => IsMatch(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether the whole name, given as UTF-8, matches.</summary>
    public bool IsMatch(ReadOnlySpan<byte> name)
    {
        // Most names of a folder are refused here, by the text after the last star, before the real work starts.
        if (_literalTail && !name.EndsWith(_pattern.AsSpan(_pattern.AsSpan().LastIndexOf((byte)'*') + 1)))
            return false;
        return Matches(_pattern, name);
    }

    // The usual way with one level of backtracking: only the last star seen can be worth another try.
    private static bool Matches(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> name)
    {
        int p = 0, n = 0, retryPattern = -1, retryName = 0;
        while (true)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                retryPattern = ++p;
                retryName = n;
                continue;
            }
            if (p == pattern.Length && n == name.Length)
                return true;
            if (p < pattern.Length && n < name.Length && MatchesOne(pattern, ref p, name, ref n))
                continue;
            if (retryPattern < 0 || retryName >= name.Length || name[retryName] == '/')
                return false;
            p = retryPattern;
            n = ++retryName;
        }
    }

    private static bool MatchesOne(ReadOnlySpan<byte> pattern, ref int p, ReadOnlySpan<byte> name, ref int n)
    {
        switch (pattern[p])
        {
            case (byte)'?':
                if (name[n] == '/')
                    return false;
                _ = Rune.DecodeFromUtf8(name[n..], out _, out int width);
                p++;
                n += width;
                return true;
            case (byte)'[':
                return MatchesSet(pattern, ref p, name, ref n);
            case (byte)'\\' when p + 1 == pattern.Length:
                return false;
            case (byte)'\\':
                p++;
                break;
        }
        if (pattern[p] != name[n])
            return false;
        p++;
        n++;
        return true;
    }

    private static bool MatchesSet(ReadOnlySpan<byte> pattern, ref int p, ReadOnlySpan<byte> name, ref int n)
    {
        _ = Rune.DecodeFromUtf8(name[n..], out Rune candidate, out int width);
        int at = p + 1;
        bool negated = at < pattern.Length && pattern[at] == '^';
        if (negated)
            at++;
        bool hit = false;
        for (bool first = true; ; first = false)
        {
            if (at < pattern.Length && pattern[at] == ']' && !first)
                break;
            if (!TryMember(pattern, ref at, out Rune low))
                return false;
            Rune high = low;
            if (at < pattern.Length && pattern[at] == '-')
            {
                at++;
                if (!TryMember(pattern, ref at, out high))
                    return false;
            }
            hit |= low <= candidate && candidate <= high;
        }
        if (hit == negated)
            return false;
        p = at + 1;
        n += width;
        return true;
    }

    // One member of a set; false when the pattern ends or has '-' or ']' where a character must stand.
    private static bool TryMember(ReadOnlySpan<byte> pattern, ref int at, out Rune member)
    {
        member = default;
        if (at >= pattern.Length || pattern[at] is (byte)'-' or (byte)']')
            return false;
        if (pattern[at] == '\\' && ++at >= pattern.Length)
            return false;
        _ = Rune.DecodeFromUtf8(pattern[at..], out member, out int width);
        at += width;
        return at < pattern.Length;
    }
}
