using System.Globalization;

namespace GpuContainers.Engines.Files;

/// <summary>Differences of files in the form that patch and people read.</summary>
public static class UnifiedDiff
{
    private const int Context = 3;

    /// <summary>The difference of two contents of a file; empty when there is none.</summary>
    /// <param name="path">The file's absolute path.</param>
    /// <param name="before">What it holds; null when it does not exist.</param>
    /// <param name="after">What it shall hold; null when it shall not exist.</param>
    public static string Between(string path, byte[]? before, byte[]? after)
    {
        List<(char Kind, string Line)> rows = LineDiff.Compare(Lines(before), Lines(after));
        bool isSame = (before is null) == (after is null) && rows.TrueForAll(row => row.Kind == ' ');
        if (isSame)
            return "";
        var text = new StringBuilder();
        text.Append("--- ").Append(before is null ? "/dev/null" : path).Append('\n');
        text.Append("+++ ").Append(after is null ? "/dev/null" : path).Append('\n');
        foreach ((int start, int end) in Hunks(rows))
            AppendHunk(text, rows, start, end);
        return text.ToString();
    }

    // Lines with their ends; the last one may have none.
    private static List<string> Lines(byte[]? content)
    {
        string text = Encoding.UTF8.GetString(content ?? []);
        var lines = new List<string>();
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }
        return lines;
    }

    // The stretches of rows that are shown: each change with some lines around it; stretches that touch are one.
    private static List<(int Start, int End)> Hunks(List<(char Kind, string Line)> rows)
    {
        var hunks = new List<(int Start, int End)>();
        for (int i = 0; i < rows.Count; i++)
        {
            if (rows[i].Kind == ' ')
                continue;
            int start = Math.Max(0, i - Context);
            int end = Math.Min(rows.Count, i + 1 + Context);
            if (hunks.Count > 0 && start <= hunks[^1].End)
                hunks[^1] = (hunks[^1].Start, end);
            else
                hunks.Add((start, end));
        }
        return hunks;
    }

    private static void AppendHunk(StringBuilder text, List<(char Kind, string Line)> rows, int start, int end)
    {
        string old = Range(rows, start, end, '+');
        string now = Range(rows, start, end, '-');
        text.Append("@@ -").Append(old).Append(" +").Append(now).Append(" @@\n");
        foreach ((char kind, string line) in rows[start..end])
        {
            text.Append(kind).Append(line);
            if (!line.EndsWith('\n'))
                text.Append("\n\\ No newline at end of file\n");
        }
    }

    // "first,count" of the lines of one side; the first is 0 when that side has none at all before or in the hunk.
    private static string Range(List<(char Kind, string Line)> rows, int start, int end, char other)
    {
        int before = rows.Take(start).Count(row => row.Kind != other);
        int count = rows[start..end].Count(row => row.Kind != other);
        return string.Create(CultureInfo.InvariantCulture, $"{(count == 0 ? before : before + 1)},{count}");
    }
}

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
