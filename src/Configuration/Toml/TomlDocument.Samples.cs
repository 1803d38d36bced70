namespace GpuContainers.Configuration.Toml;

/// <summary>Keys and commented-out keys at their places in the order of a section's lines.</summary>
public sealed partial class TomlDocument
{
    /// <summary>Puts a key that is not set into its section: in place of its commented sample, else where it belongs by its name.</summary>
    /// <param name="path">The key; its tables are made if need be.</param>
    /// <param name="value">The value's text.</param>
    /// <param name="sample">The commented line that shows the key while it is not set; null if there is none.</param>
    /// <returns>False, with nothing done, if the table is written in braces or dotted keys.</returns>
    internal bool TryPutLine(ReadOnlySpan<string> path, string value, string? sample)
    {
        if (!TryOpenSection(path[..^1], out int section))
            return false;
        string line = $"{TomlKeys.Key(path[^1])} = {value}";
        foreach ((string name, int start, bool isComment) in Anchors(section))
        {
            if (isComment && name == path[^1] && sample is not null && Squeezed(Line(start)) == Squeezed(sample))
            {
                Splice(start, start + Indent(start).Length + Line(start).Length, Indent(start) + line);
                return true;
            }
        }
        PutAtName(section, path[^1], line);
        return true;
    }

    /// <summary>
    /// Shows a key that is not set as a commented line, unless a comment shows it already. Nothing happens in tables written in braces or dotted keys.
    /// </summary>
    internal void PutSample(ReadOnlySpan<string> path, string sample)
    {
        if (!TryOpenSection(path[..^1], out int section))
            return;
        foreach ((string name, int _, bool _) in Anchors(section))
        {
            if (name == path[^1])
                return;
        }
        PutAtName(section, path[^1], sample);
    }

    // The number of the table's section (-1: the root's lines); a missing one is made. False if the table is written otherwise.
    private bool TryOpenSection(ReadOnlySpan<string> table, out int section)
    {
        string[] keys = [.. table];
        section = -1;
        if (keys.Length == 0)
            return true;
        section = _sections.FindIndex(candidate => candidate.Path.Count == keys.Length && candidate.IsWithin(keys));
        if (section >= 0)
            return true;
        if (Root.Find(table) is { } other)
        {
            if (other is not TomlTable { IsInline: false, IsDotted: false })
                return other is TomlTable ? false : throw TomlTable.NotATable(table, other);
        }
        else if (NearestTable(table) is { IsInline: true } or { IsDotted: true })
        {
            return false;
        }
        PutHeader(keys);
        section = _sections.FindIndex(candidate => candidate.Path.Count == keys.Length && candidate.IsWithin(keys));
        return true;
    }

    private TomlTable? NearestTable(ReadOnlySpan<string> path)
    {
        for (int length = path.Length - 1; length > 0; length--)
        {
            if (Root.Find(path[..length]) is TomlTable above)
                return above;
        }
        return null;
    }

    // Sections in byte order take a new one at its place; others get it at the end (CF-70, CF-79).
    private void PutHeader(string[] path)
    {
        int next = -1;
        bool sorted = true;
        for (int i = 0; i < _sections.Count; i++)
        {
            sorted &= i == 0 || Compare(_sections[i - 1].Path, _sections[i].Path) <= 0;
            if (next < 0 && Compare(_sections[i].Path, path) > 0)
                next = i;
        }
        string header = $"[{TomlKeys.Path(path)}]{NewLine}";
        bool isFirst = _text.AsSpan().IsWhiteSpace();
        if (sorted && next >= 0)
        {
            // Commented keys that touch the keys above are theirs, also where the next header follows at once.
            int place = Math.Max(CommentsAbove(_sections[next].Start), next > 0 ? SamplesBelow(_sections[next - 1].ContentEnd) : RootEnd());
            bool needsGap = place > 0 && !IsBlank(LineStart(place - 1));
            InsertLines(place, (needsGap ? NewLine : "") + header + NewLine);
        }
        else
            InsertLines(_text.Length, (isFirst || EndsWithEmptyLine() ? "" : NewLine) + header);
    }

    private bool EndsWithEmptyLine() => _text.EndsWith("\n\n", StringComparison.Ordinal) || _text.EndsWith("\n\r\n", StringComparison.Ordinal);

    // Behind the last line whose name sorts before; in front of the first line if none does; at the end if the lines are in no order.
    private void PutAtName(int section, string name, string line)
    {
        List<(string Name, int Start, bool IsComment)> anchors = Anchors(section);
        int place = anchors.Count == 0 ? BodyStart(section) : LineEnd(anchors[^1].Start);
        string indent = anchors.Count == 0 ? "" : Indent(anchors[^1].Start);
        if (anchors.Count > 0 && section < 0 && !anchors[^1].IsComment)
            place = _rootKeysEnd;
        else if (anchors.Count > 0 && section >= 0 && !anchors[^1].IsComment)
            place = _sections[section].ContentEnd;
        if (anchors.Count > 0 && IsSorted(anchors))
        {
            int before = anchors.FindLastIndex(anchor => string.CompareOrdinal(anchor.Name, name) < 0);
            if (before >= 0 && before < anchors.Count - 1)
                place = CommentsAboveKey(anchors[before + 1].Start, LineEnd(anchors[before].Start));
            else if (before < 0 && (section >= 0 || anchors[0].Start == 0))
                place = section >= 0 ? BodyStart(section) : 0;
        }
        // Without an empty line between, what stands above the first header would count as words about that table.
        bool needsGap = section < 0 && anchors.Count == 0 && place < _text.Length && !IsBlank(place);
        // A commented key stands in column 1 (CF-75).
        InsertLines(place, (line.StartsWith('#') ? "" : indent) + line + NewLine + (needsGap ? NewLine : ""));
    }

    // The comments directly above a key stay with it; a commented key among them is a line of its own.
    private int CommentsAboveKey(int lineStart, int limit)
    {
        while (lineStart > limit && IsComment(LineStart(lineStart - 1)) && CommentedKey(LineStart(lineStart - 1)) is null)
            lineStart = LineStart(lineStart - 1);
        return lineStart;
    }

    private int BodyStart(int section)
    {
        if (section >= 0)
            return _sections[section].HeaderEnd;
        if (_rootKeysEnd >= 0 || _sections.Count == 0)
            return _rootKeysEnd >= 0 ? 0 : _text.Length;
        return CommentsAbove(_sections[0].Start);
    }

    // The lines of a section that set a key or show one in a comment, in the order of the text.
    private List<(string Name, int Start, bool IsComment)> Anchors(int section)
    {
        var anchors = new List<(string Name, int Start, bool IsComment)>();
        int end = section >= 0 ? SamplesBelow(_sections[section].ContentEnd) : RootEnd();
        Dictionary<int, string> keys = KeyLines(section);
        for (int line = section >= 0 ? _sections[section].HeaderEnd : 0; line < end; line = LineEnd(line))
        {
            if (keys.TryGetValue(line, out string? name))
                anchors.Add((name, line, false));
            else if (CommentedKey(line) is { } shown)
                anchors.Add((shown, line, true));
        }
        return anchors;
    }

    private int RootEnd()
    {
        if (_rootKeysEnd >= 0)
            return SamplesBelow(_rootKeysEnd);
        return _sections.Count == 0 ? _text.Length : CommentsAbove(_sections[0].Start);
    }

    // Commented keys that touch the last key from below belong to its section, even where the next header follows at once.
    private int SamplesBelow(int contentEnd)
    {
        int end = CommentsBelow(contentEnd);
        for (int line = contentEnd; IsComment(line); line = LineEnd(line))
        {
            if (CommentedKey(line) is not null)
                end = Math.Max(end, LineEnd(line));
        }
        return end;
    }

    private Dictionary<int, string> KeyLines(int section)
    {
        var lines = new Dictionary<int, string>();
        var table = section < 0 ? Root : Root.Find([.. _sections[section].Path]) as TomlTable;
        foreach (TomlEntry entry in table?.Entries ?? [])
        {
            if (entry.Syntax is { } line)
                lines[LineStart(line.Key!.Span.Start.Offset)] = entry.Name;
        }
        return lines;
    }

    // The key of a line like "#key = value" or "# key = value"; null for other comments.
    private string? CommentedKey(int lineStart)
    {
        ReadOnlySpan<char> line = Line(lineStart);
        if (!line.StartsWith('#') || line.IndexOf('=') is not (> 0 and int equals))
            return null;
        ReadOnlySpan<char> name = line[1..equals].Trim();
        foreach (char c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-'))
                return null;
        }
        return name.Length == 0 ? null : name.ToString();
    }

    private static string Squeezed(ReadOnlySpan<char> line)
    {
        string text = line.TrimEnd().ToString();
        return text.StartsWith('#') ? "#" + text[1..].TrimStart() : text;
    }

    private static bool IsSorted(List<(string Name, int Start, bool IsComment)> anchors)
    {
        for (int i = 1; i < anchors.Count; i++)
        {
            if (string.CompareOrdinal(anchors[i - 1].Name, anchors[i].Name) > 0)
                return false;
        }
        return true;
    }

    private static int Compare(IReadOnlyList<string> left, IReadOnlyList<string> right)
    {
        for (int i = 0; i < Math.Min(left.Count, right.Count); i++)
        {
            int order = string.CompareOrdinal(left[i], right[i]);
            if (order != 0)
                return order;
        }
        return left.Count - right.Count;
    }
}
