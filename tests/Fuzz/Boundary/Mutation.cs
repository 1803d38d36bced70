using System.Text;

namespace GpuContainers.Fuzz.Tests.Boundary;

/// <summary>Texts made wrong, mostly a little: what a hand, a disk or an attacker might make of them.</summary>
internal static class Mutation
{
    private const int MostLength = 1 << 20;

    /// <summary>The text as it is, in some cases; changed at a few places in most; at times grown a lot.</summary>
    internal static string Of(Dice dice, string text)
    {
        if (dice.Chance(35))
            return text;
        for (int rounds = dice.Size(6); rounds > 0; rounds--)
            text = Once(dice, text);
        return text;
    }

    /// <summary>Changed at one place.</summary>
    internal static string Once(Dice dice, string text)
    {
        int at = dice.Below(text.Length + 1), length = Math.Min(dice.Size(64), text.Length - at);
        return dice.Below(12) switch
        {
            0 when at < text.Length => With(text, at, 1, ((char)(text[at] ^ (1 << dice.Below(8)))).ToString()),
            1 => text.Remove(at, length),
            2 => text.Insert(at, text.Substring(at, length)),
            3 => text.Insert(at, dice.Pick(Words.Any)),
            4 => text.Insert(at, dice.Pick(Words.Marks)),
            5 => text[..at],
            6 => Quoted(dice, text),
            7 => Line(dice, text),
            8 => dice.Chance(30) ? Repeated(dice, text, at, length) : text,
            9 => With(text, at, length, dice.Pick(Words.Numbers)),
            10 => dice.Chance(30) ? text.Insert(at, Deep(dice)) : text.Insert(at, dice.Pick(Words.Marks)),
            _ => With(text, at, length, ((char)dice.Below(256)).ToString()),
        };
    }

    // A part many times over, up to a megabyte: sizes that a careless reader pays for twice.
    private static string Repeated(Dice dice, string text, int at, int length)
    {
        string part = length == 0 ? dice.Pick(Words.Marks) : text.Substring(at, length);
        int times = Math.Min(dice.Size(200_000), (MostLength - Math.Min(MostLength, text.Length)) / part.Length);
        return text.Insert(at, new StringBuilder().Insert(0, part, times).ToString());
    }

    // A whole line moved, doubled, or left out.
    private static string Line(Dice dice, string text)
    {
        List<string> lines = [.. text.Split('\n')];
        string line = dice.Pick(lines);
        if (dice.Chance(40))
            lines.Remove(line);
        if (dice.Chance(70))
            lines.Insert(dice.Below(lines.Count + 1), line);
        return string.Join('\n', lines);
    }

    // What stands between two quotes is replaced by a word.
    private static string Quoted(Dice dice, string text)
    {
        int from = text.IndexOf('"', dice.Below(text.Length + 1));
        int to = from < 0 ? -1 : text.IndexOf('"', from + 1);
        return to < 0 ? text : With(text, from + 1, to - from - 1, dice.Pick(Words.Any));
    }

    private static string Deep(Dice dice)
    {
        int depth = dice.Size(100_000);
        string open = dice.Pick("[", "{\"a\":", "[[", "{", "a.", "- ", "{a: ", "(");
        return new StringBuilder().Insert(0, open, Math.Min(depth, MostLength / open.Length)).ToString();
    }

    private static string With(string text, int at, int length, string other) => text.Remove(at, length).Insert(at, other);
}
