namespace GpuContainers.Ctk.Cdi.Diff;

/// <summary>
/// Hooks that two sides have with other arguments. A hook that links thirty libraries would be told twice for the one that is new; so what both have is told
/// as three dots.
/// </summary>
internal static class ShortenedHooks
{
    private const string Common = " ...";

    /// <summary>Shortens the lines of hooks, and takes away those that have nothing of their own.</summary>
    /// <param name="first">What the first side alone has, a line each; "hook " is in front of a hook.</param>
    /// <param name="second">What the second side alone has.</param>
    public static void Shorten(List<string> first, List<string> second)
    {
        foreach (string head in first.Where(IsHook).Select(Head).Distinct().ToList())
        {
            int[] here = PlacesOf(head, first), there = PlacesOf(head, second);
            // With another number of them nobody can say which one became which.
            for (int i = 0; here.Length == there.Length && i < here.Length; i++)
                (first[here[i]], second[there[i]]) = Shortened(first[here[i]], second[there[i]]);
        }
        first.RemoveAll(static line => line.Length == 0);
        second.RemoveAll(static line => line.Length == 0);
    }

    private static (string First, string Second) Shortened(string first, string second)
    {
        List<string> mine = Pieces(first), theirs = Pieces(second);
        string ownOfFirst = Own(mine, theirs), ownOfSecond = Own(theirs, mine);
        // Where the order of the arguments is the difference, only the whole lines show it.
        return ownOfFirst.Length + ownOfSecond.Length == 0 ? (first, second) : (ownOfFirst, ownOfSecond);
    }

    // What the first has and the second has not, or not as often; empty for nothing.
    private static string Own(List<string> pieces, List<string> others)
    {
        var left = new List<string>(others);
        string own = string.Concat(pieces.Where(piece => !left.Remove(piece)));
        return own.Length == 0 ? "" : pieces[0] + Common + own;
    }

    private static int[] PlacesOf(string head, List<string> lines) =>
        [.. Enumerable.Range(0, lines.Count).Where(place => IsHook(lines[place]) && Head(lines[place]) == head)];

    private static bool IsHook(string line) => line.StartsWith("hook ", StringComparison.Ordinal);

    private static string Head(string line) => Pieces(line)[0];

    // The words in front of the options, then each option with its value, and what stands in brackets behind them.
    private static List<string> Pieces(string line)
    {
        var pieces = new List<string>();
        int start = 0;
        for (int at = 1; at < line.Length; at++)
        {
            ReadOnlySpan<char> rest = line.AsSpan(at);
            if (rest is not [' ', '-', '-', ..] and not [' ', '(', ..])
                continue;
            pieces.Add(line[start..at]);
            start = at;
        }
        pieces.Add(line[start..]);
        return pieces;
    }
}
