namespace GpuContainers.Linux.Paths;

/// <summary>
/// A pattern as the characters that it takes one after the other, with stars between them. All ways to match are followed at once: bit i of the state says that
/// the first i of these characters can be matched by what was read of the name.
/// </summary>
internal sealed class GlobAutomaton
{
    private const int Bits = 64;
    private const int Bytes = 256;

    // Bytes that are no UTF-8 stand behind all characters, so that no text of a pattern is one of them.
    private const int BeyondUnicode = 0x110000;

    private readonly List<CharacterSet>? _characters;
    private readonly bool _isGo;
    private readonly ulong[] _stars;
    private readonly ulong[]?[] _masks = new ulong[Bytes][];

    internal GlobAutomaton(ReadOnlySpan<byte> pattern, GlobDialect dialect)
    {
        _isGo = dialect == GlobDialect.Go;
        _stars = new ulong[(pattern.Length / Bits) + 1];
        var characters = new List<CharacterSet>();
        for (int at = 0; at < pattern.Length;)
        {
            if (pattern[at] == '*')
            {
                _stars[characters.Count / Bits] |= 1UL << (characters.Count % Bits);
                at++;
            }
            else if (CharacterSet.Read(pattern, ref at, dialect) is { } set)
            {
                characters.Add(set);
            }
            else
            {
                return;
            }
        }
        _characters = characters;
    }

    /// <summary>How many words of the state and characters of the pattern were worked out so far.</summary>
    internal long Steps { get; private set; }

    internal bool IsMatch(ReadOnlySpan<byte> name)
    {
        // A malformed pattern matches nothing; each character of the pattern takes a byte at least.
        if (_characters is null || name.Length < _characters.Count)
            return false;
        int words = (_characters.Count / Bits) + 1;
        Span<ulong> state = words <= Bits ? stackalloc ulong[words] : new ulong[words];
        state.Clear();
        state[0] = 1;
        for (int at = 0; at < name.Length;)
        {
            int character = Next(name, ref at);
            Steps += words;
            if (!Move(state, Mask(_characters, character), starTakes: !_isGo || character != '/'))
                return false;
        }
        return (state[_characters.Count / Bits] >> (_characters.Count % Bits) & 1) != 0;
    }

    // One character more of the name; false when no way is left.
    private bool Move(Span<ulong> state, ReadOnlySpan<ulong> mask, bool starTakes)
    {
        ulong carry = 0;
        ulong any = 0;
        for (int word = 0; word < state.Length; word++)
        {
            ulong moved = state[word] & mask[word];
            state[word] = (moved << 1) | carry | (starTakes ? state[word] & _stars[word] : 0);
            carry = moved >> (Bits - 1);
            any |= state[word];
        }
        return any != 0;
    }

    private int Next(ReadOnlySpan<byte> name, ref int at)
    {
        if (!_isGo || name[at] < 0x80)
            return name[at++];
        bool isText = Rune.DecodeFromUtf8(name[at..], out Rune rune, out int width) == System.Buffers.OperationStatus.Done;
        int character = isText ? rune.Value : BeyondUnicode + name[at];
        at += isText ? width : 1;
        return character;
    }

    // Which characters of the pattern take this one; worked out once for each byte that names have.
    private ulong[] Mask(List<CharacterSet> characters, int character)
    {
        if (character < _masks.Length && _masks[character] is { } known)
            return known;
        ulong[] mask = new ulong[(characters.Count / Bits) + 1];
        for (int i = 0; i < characters.Count; i++)
        {
            if (characters[i].Contains(character))
                mask[i / Bits] |= 1UL << (i % Bits);
        }
        Steps += characters.Count;
        if (character < _masks.Length)
            _masks[character] = mask;
        return mask;
    }
}
