namespace GpuContainers.Linux.Paths;

/// <summary>What one place of a pattern takes: ranges of characters, or all but those.</summary>
/// <param name="low">The first character of the first range.</param>
/// <param name="high">Its last character.</param>
internal struct CharacterSet(int low, int high)
{
    private readonly int _low = low;
    private readonly int _high = high;
    private List<(int Low, int High)>? _others;
    private bool _isNegated;

    /// <summary>Whether a character belongs to it.</summary>
    internal readonly bool Contains(int character)
    {
        bool found = _low <= character && character <= _high;
        for (int i = 0; !found && i < (_others?.Count ?? 0); i++)
            found = _others![i].Low <= character && character <= _others[i].High;
        return found != _isNegated;
    }

    /// <summary>Reads the next place of a pattern that is not a star; null for a pattern that matches nothing.</summary>
    internal static CharacterSet? Read(ReadOnlySpan<byte> pattern, ref int at, GlobDialect dialect)
    {
        bool isGo = dialect == GlobDialect.Go;
        switch (pattern[at])
        {
            case (byte)'?':
                at++;
                return new CharacterSet('/', '/') { _isNegated = true };
            case (byte)'[' when isGo:
                return ReadGo(pattern, ref at);
            case (byte)'[' when ReadPosix(pattern[at..], out int length) is { } set:
                at += length;
                return set;
            case (byte)'\\' when ++at == pattern.Length:
                return null;
        }
        int character = Next(pattern, ref at, isGo);
        return new CharacterSet(character, character);
    }

    private static int Next(ReadOnlySpan<byte> text, ref int at, bool isGo)
    {
        Rune rune = default;
        int width = 1;
        if (isGo)
            _ = Rune.DecodeFromUtf8(text[at..], out rune, out width);
        int character = isGo ? rune.Value : text[at];
        at += width;
        return character;
    }

    private void Add(int low, int high) => (_others ??= []).Add((low, high));

    // Its first range holds no character.
    private static CharacterSet Empty(bool isNegated) => new(1, 0) { _isNegated = isNegated };

    private static CharacterSet? ReadGo(ReadOnlySpan<byte> pattern, ref int at)
    {
        at++;
        bool isNegated = at < pattern.Length && pattern[at] == '^';
        if (isNegated)
            at++;
        CharacterSet set = Empty(isNegated);
        do
        {
            if (GoMember(pattern, ref at) is not { } low)
                return null;
            int high = low;
            if (pattern[at] == '-')
            {
                at++;
                if (GoMember(pattern, ref at) is not { } last)
                    return null;
                high = last;
            }
            set.Add(low, high);
        }
        while (pattern[at] != ']');
        at++;
        return set;
    }

    // One member of a set; null when the pattern ends or has '-' or ']' where a character must stand.
    private static int? GoMember(ReadOnlySpan<byte> pattern, ref int at)
    {
        if (at >= pattern.Length || pattern[at] is (byte)'-' or (byte)']')
            return null;
        if (pattern[at] == '\\' && ++at >= pattern.Length)
            return null;
        int member = Next(pattern, ref at, isGo: true);
        return at < pattern.Length ? member : null;
    }

    // A bracket expression such as [!a-c[:digit:]]; null when it has no end.
    private static CharacterSet? ReadPosix(ReadOnlySpan<byte> pattern, out int length)
    {
        bool isNegated = pattern.Length > 1 && pattern[1] is (byte)'!' or (byte)'^';
        int first = isNegated ? 2 : 1;
        CharacterSet set = Empty(isNegated);
        length = 0;
        for (int at = first; at < pattern.Length;)
        {
            // A closing bracket right after the opening one (or its negation) is a member.
            if (pattern[at] == ']' && at > first)
            {
                length = at + 1;
                return set;
            }
            if (ClassName(pattern[at..]) is { Length: > 0 } name)
            {
                string ranges = RangesOf(name);
                for (int i = 0; i < ranges.Length; i += 2)
                    set.Add(ranges[i], ranges[i + 1]);
                at += name.Length + 4;
                continue;
            }
            byte low = PosixMember(pattern, ref at);
            byte high = low;
            if (at + 1 < pattern.Length && pattern[at] == '-' && pattern[at + 1] != ']')
            {
                at++;
                high = PosixMember(pattern, ref at);
            }
            set.Add(low, high);
        }
        return null;
    }

    // One character: itself, after a backslash, or as [.x.] or [=x=].
    private static byte PosixMember(ReadOnlySpan<byte> pattern, ref int at)
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

    // First and last character of each range of a class.
    private static string RangesOf(ReadOnlySpan<byte> name) => Encoding.ASCII.GetString(name) switch
    {
        "alnum" => "09AZaz",
        "alpha" => "AZaz",
        "blank" => "\t\t  ",
        "cntrl" => "\0\u001f\u007f\u007f",
        "digit" => "09",
        "graph" => "!~",
        "lower" => "az",
        "print" => " ~",
        "punct" => "!/:@[`{~",
        "space" => "\t\r  ",
        "upper" => "AZ",
        "xdigit" => "09AFaf",
        _ => "",
    };
}
