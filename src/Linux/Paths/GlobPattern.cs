using System.Runtime.CompilerServices;

namespace GpuContainers.Linux.Paths;

/// <summary>The languages of patterns.</summary>
public enum GlobDialect
{
    /// <summary>
    /// Go's <c>filepath.Match</c>, which the toolkit's options and files use: <c>*</c> any run of characters but '/', <c>?</c> one character but '/',
    /// <c>[set]</c>, <c>[^set]</c>, ranges, <c>\</c> takes the next character as it is. A leading dot is nothing special. A malformed pattern matches nothing.
    /// </summary>
    Go,

    /// <summary>
    /// glob(7) in the C locale, which the dynamic loader uses, for one component of a path: bytes, <c>[!set]</c> too, classes such as <c>[:digit:]</c>; a dot
    /// at the beginning of a name only matches a dot; a bracket without an end is a character like others.
    /// </summary>
    Posix,
}

/// <summary>
/// A file name pattern, prepared once. A name is matched in one pass, in time in proportion to its length for each 64 characters of the pattern, whatever the
/// pattern is. Matching works on the bytes of a name, so no name needs to become a string.
/// </summary>
public sealed class GlobPattern
{
    private readonly byte[] _pattern;
    private readonly GlobDialect _dialect;
    private readonly int _head;
    private readonly int _tail;
    private readonly bool _hasStarsOnly;
    private GlobAutomaton? _automaton;

    /// <summary>Prepares a pattern of Go's language.</summary>
    public GlobPattern(string pattern) : this(Encoding.UTF8.GetBytes(pattern), GlobDialect.Go)
    {
    }

    /// <summary>Prepares a pattern.</summary>
    public GlobPattern(byte[] pattern, GlobDialect dialect)
    {
        _pattern = pattern;
        _dialect = dialect;
        int meta = IndexOfMeta(pattern);
        _head = meta < 0 ? pattern.Length : meta;
        // A star in brackets or behind a backslash is none.
        int star = pattern.AsSpan().ContainsAny("[\\"u8) ? -1 : pattern.AsSpan().LastIndexOf((byte)'*');
        _tail = star >= 0 && IndexOfMeta(pattern.AsSpan(star + 1)) < 0 ? pattern.Length - star - 1 : 0;
        _hasStarsOnly = dialect == GlobDialect.Go && star >= 0 && !pattern.Contains((byte)'?');
    }

    /// <summary>The one name that matches, of a pattern without pattern characters; null for all others.</summary>
    public string? Literal => _head == _pattern.Length ? Encoding.UTF8.GetString(_pattern) : null;

    /// <summary>
    /// A text that each name that matches contains: the longer one of those before the first star and after the last; empty if there is none.
    /// </summary>
    public ReadOnlySpan<byte> Text => _head >= _tail ? _pattern.AsSpan(0, _head) : _pattern.AsSpan(_pattern.Length - _tail);

    /// <summary>What matching has cost so far beyond comparing texts: steps of the automaton.</summary>
    public long Steps => _automaton?.Steps ?? 0;

    /// <summary>Whether the text has any character that makes it a pattern.</summary>
    public static bool HasMeta(string text) => text.AsSpan().IndexOfAny("*?[\\") >= 0;

    /// <summary>Whether the text has any character that makes it a pattern.</summary>
    public static bool HasMeta(ReadOnlySpan<byte> text) => IndexOfMeta(text) >= 0;

    /// <summary>Whether the whole text matches.</summary>
    [SkipLocalsInit]
    public bool IsMatch(string text)
    {
        Span<byte> bytes = stackalloc byte[256];
        return IsMatch(Encoding.UTF8.TryGetBytes(text, bytes, out int length) ? bytes[..length] : Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Whether the whole name, given as UTF-8, matches.</summary>
    public bool IsMatch(ReadOnlySpan<byte> name)
    {
        // Most names of a folder are refused here, by the texts before the first and after the last star.
        if ((_tail > 0 && (name.IsEmpty || name[^1] != _pattern[^1])) || (_head > 0 && (name.Length < _head || name[_head - 1] != _pattern[_head - 1])))
            return false;
        if (!name.StartsWith(_pattern.AsSpan(0, _head)) || !name.EndsWith(_pattern.AsSpan(_pattern.Length - _tail)))
            return false;
        if (_head == _pattern.Length)
            return name.Length == _head;
        if (_dialect == GlobDialect.Posix && name.StartsWith("."u8) && _head == 0 && !_pattern.AsSpan().StartsWith("\\."u8))
            return false;
        if (_head + 1 + _tail == _pattern.Length && _pattern[_head] == '*')
            return name.Length >= _head + _tail && (_dialect == GlobDialect.Posix || !name[_head..^_tail].Contains((byte)'/'));
        if (_hasStarsOnly && !name.Contains((byte)'/'))
            return name.Length >= _head + _tail && HasBetweenStars(name[_head..^_tail]);
        return (_automaton ??= new GlobAutomaton(_pattern, _dialect)).IsMatch(name);
    }

    // The texts between the first star and the last, one behind the other: each as early as it comes, so that the most is left for those behind it.
    private bool HasBetweenStars(ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> pattern = _pattern.AsSpan(_head, _pattern.Length - _head - _tail);
        foreach (Range range in pattern.Split((byte)'*'))
        {
            ReadOnlySpan<byte> text = pattern[range];
            int at = rest.IndexOf(text);
            if (at < 0)
                return false;
            rest = rest[(at + text.Length)..];
        }
        return true;
    }

    private static int IndexOfMeta(ReadOnlySpan<byte> text) => text.IndexOfAny("*?[\\"u8);
}
