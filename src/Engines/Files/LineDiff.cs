namespace GpuContainers.Engines.Files;

/// <summary>Which lines of two texts are the same: the longest common subsequence between equal beginnings and ends.</summary>
internal static class LineDiff
{
    // A table of more cells than this would take too much memory; the lines between are then shown as replaced.
    private const long MostCells = 16 << 20;

    /// <summary>The lines of both texts in one row: a blank for a line of both, "-" for one of the old text alone, "+" for one of the new text alone.</summary>
    internal static List<(char Kind, string Line)> Compare(IReadOnlyList<string> before, IReadOnlyList<string> after)
    {
        int head = 0;
        while (head < before.Count && head < after.Count && before[head] == after[head])
            head++;
        int tail = 0;
        while (tail < before.Count - head && tail < after.Count - head && before[^(tail + 1)] == after[^(tail + 1)])
            tail++;
        var rows = new List<(char Kind, string Line)>();
        rows.AddRange(before.Take(head).Select(line => (' ', line)));
        Middle(rows, [.. before.Skip(head).Take(before.Count - head - tail)], [.. after.Skip(head).Take(after.Count - head - tail)]);
        rows.AddRange(before.Skip(before.Count - tail).Select(line => (' ', line)));
        return rows;
    }

    private static void Middle(List<(char Kind, string Line)> rows, string[] before, string[] after)
    {
        int[,]? lengths = (long)(before.Length + 1) * (after.Length + 1) <= MostCells ? CommonLengths(before, after) : null;
        int i = 0;
        int j = 0;
        while (lengths is not null && i < before.Length && j < after.Length)
        {
            if (before[i] == after[j])
            {
                rows.Add((' ', before[i++]));
                j++;
            }
            else if (lengths[i + 1, j] >= lengths[i, j + 1])
            {
                rows.Add(('-', before[i++]));
            }
            else
            {
                rows.Add(('+', after[j++]));
            }
        }
        rows.AddRange(before.Skip(i).Select(line => ('-', line)));
        rows.AddRange(after.Skip(j).Select(line => ('+', line)));
    }

    // The length of the longest common subsequence of what follows line i of one and line j of the other.
    private static int[,] CommonLengths(string[] before, string[] after)
    {
        int[,] lengths = new int[before.Length + 1, after.Length + 1];
        for (int i = before.Length - 1; i >= 0; i--)
        {
            for (int j = after.Length - 1; j >= 0; j--)
                lengths[i, j] = before[i] == after[j] ? lengths[i + 1, j + 1] + 1 : Math.Max(lengths[i + 1, j], lengths[i, j + 1]);
        }
        return lengths;
    }
}
