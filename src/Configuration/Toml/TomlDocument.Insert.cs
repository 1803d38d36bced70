namespace GpuContainers.Configuration.Toml;

/// <summary>Keys and tables that are new.</summary>
public sealed partial class TomlDocument
{
    private void Insert(ReadOnlySpan<string> path, TomlValue value)
    {
        int depth = ExistingDepth(path);
        var parent = (TomlTable)Root.Find(path[..depth])!;
        int home = depth;
        while (((TomlTable)Root.Find(path[..home])!).IsDotted)
            home--;
        var holder = (TomlTable)Root.Find(path[..home])!;
        if (holder.IsInline)
            InsertInline(holder, path[home..(depth + 1)], Wrap(path[(depth + 1)..], value));
        else if (home < depth)
            InsertDotted(parent, path[home..(depth + 1)], Wrap(path[(depth + 1)..], value));
        else if (path.Length > depth + 1 || TomlText.IsSection(value))
            InsertSections(path, depth, value);
        else
            InsertLine(path[..depth], parent, TomlKeys.Key(path[depth]) + " = " + TomlText.Value(value));
    }

    // How many keys of the path lead to tables that are there.
    private int ExistingDepth(ReadOnlySpan<string> path)
    {
        TomlTable table = Root;
        for (int i = 0; i < path.Length - 1; i++)
        {
            TomlValue? next = table[path[i]];
            if (next is null)
                return i;
            // Something else where a table must be (CT-78).
            table = next as TomlTable ?? throw TomlTable.NotATable(path[..(i + 1)], next);
        }
        return path.Length - 1;
    }

    private static TomlValue Wrap(ReadOnlySpan<string> path, TomlValue value)
    {
        for (int i = path.Length - 1; i >= 0; i--)
        {
            var table = new TomlTable();
            table.Set(path[i], value);
            value = table;
        }
        return value;
    }

    private void InsertInline(TomlTable table, ReadOnlySpan<string> key, TomlValue value)
    {
        string item = TomlKeys.Path(key) + " = " + TomlText.Value(value);
        int last = LastEnd(table);
        if (last < 0)
            Splice(table.Start + 1, table.End - 1, " " + item + " ");
        else
            Splice(last, last, ", " + item);
    }

    private void InsertDotted(TomlTable table, ReadOnlySpan<string> key, TomlValue value)
    {
        int last = LastEnd(table);
        var lines = new StringBuilder();
        AppendDotted(lines, Indent(LineStart(FirstKeyOfLine(table, last))), [.. key], value);
        InsertLines(LineEnd(last), lines.ToString());
    }

    private void AppendDotted(StringBuilder lines, string indent, string[] key, TomlValue value)
    {
        if (value is not TomlTable { Entries.Count: > 0 } table)
        {
            lines.Append(indent).Append(TomlKeys.Path(key)).Append(" = ").Append(TomlText.Value(value)).Append(NewLine);
            return;
        }
        foreach (TomlEntry entry in table.Entries)
            AppendDotted(lines, indent, [.. key, entry.Name], entry.Value);
    }

    // Where the text of the table's last value ends; -1 when there is none.
    private static int LastEnd(TomlTable table)
    {
        int last = -1;
        foreach (TomlEntry entry in table.Entries)
            last = Math.Max(last, entry.Syntax is not null ? entry.Value.End : entry.Value is TomlTable below ? LastEnd(below) : -1);
        return last;
    }

    private static int FirstKeyOfLine(TomlTable table, int end)
    {
        foreach (TomlEntry entry in table.Entries)
        {
            if (entry.Syntax is { } line && entry.Value.End == end)
                return line.Key!.Span.Start.Offset;
            if (entry.Syntax is null && entry.Value is TomlTable below && FirstKeyOfLine(below, end) is >= 0 and int found)
                return found;
        }
        return -1;
    }

    private void InsertLine(ReadOnlySpan<string> path, TomlTable parent, string line)
    {
        if (path.IsEmpty)
        {
            InsertRootLine(line);
            return;
        }
        string[] keys = [.. path];
        TomlSection? own = _sections.Find(section => section.Path.Count == keys.Length && section.IsWithin(keys));
        if (own is { LastKey: >= 0 })
        {
            InsertLines(own.ContentEnd, Indent(own.LastKey) + line + NewLine);
        }
        else if (own is not null)
        {
            InsertLines(own.HeaderEnd, Indent(own.Start) + KeyStep(null) + line + NewLine);
        }
        else
        {
            // The table is there through tables below it alone; its own header goes before the first of them.
            TomlSection below = _sections.Find(section => section.IsWithin(keys)) ?? throw TomlTable.NotATable(path, parent);
            string indent = HeaderIndent(path, keys.Length - 1);
            InsertLines(CommentsAbove(below.Start), indent + "[" + TomlKeys.Path(path) + "]" + NewLine + indent + KeyStep(below) + line + NewLine
                + (HasBlankLinesBetweenSections() ? NewLine : ""));
        }
    }

    private void InsertRootLine(string line)
    {
        if (_rootKeysEnd >= 0)
            InsertLines(_rootKeysEnd, line + NewLine);
        else if (_sections.Count == 0)
            InsertLines(_text.Length, line + NewLine);
        else
            InsertLines(CommentsAbove(_sections[0].Start), line + NewLine + NewLine);
    }

    private void InsertSections(ReadOnlySpan<string> path, int depth, TomlValue value)
    {
        if (!TomlText.IsSection(value))
        {
            value = Wrap(path[^1..], value);
            path = path[..^1];
        }
        string[] parent = [.. path[..depth]];
        TomlSection? last = _sections.FindLast(section => section.IsWithin(parent));
        var text = new StringBuilder();
        var layout = new TomlSectionLayout(HeaderStep(), KeyStep(last), HasBlankLinesBetweenSections() ? NewLine : "", NewLine);
        if (value is TomlTable table)
            layout.AppendTable(text, [.. path], table, HeaderIndent(path, depth));
        else
            layout.AppendArray(text, [.. path], (TomlArray)value, HeaderIndent(path, depth));
        int at = last is null ? _text.Length : CommentsBelow(last.ContentEnd);
        string lines = text.ToString();
        InsertLines(at, _text.Length == 0 ? lines.TrimStart('\r', '\n') : lines);
    }

    // A new header stands as those beside it; else one step right of the one above it.
    private string HeaderIndent(ReadOnlySpan<string> path, int depth)
    {
        string[] parent = [.. path[..depth]];
        if (_sections.FindLast(section => section.Path.Count == depth + 1 && section.IsWithin(parent)) is { } beside)
            return Indent(beside.Start);
        string step = HeaderStep();
        for (int length = depth; length > 0; length--)
        {
            string[] above = [.. path[..length]];
            if (_sections.Find(section => section.Path.Count == length && section.IsWithin(above)) is { } outer)
                return Indent(outer.Start) + string.Concat(Enumerable.Repeat(step, depth + 1 - length));
        }
        if (depth > 0 && _sections.Find(section => section.IsWithin(parent)) is { } below)
        {
            string indent = Indent(below.Start);
            return indent[..Math.Max(0, indent.Length - (step.Length * (below.Path.Count - depth - 1)))];
        }
        return "";
    }

    /// <summary>Adds an item behind the last of an array; one that is written over several lines gets a line more, its comments stay where they are.</summary>
    /// <exception cref="ConfigurationException">There is something else than an array in brackets.</exception>
    public void Append(ReadOnlySpan<string> path, TomlValue item)
    {
        TomlValue? old = Root.Find(path);
        if (old is null)
        {
            Insert(path, new TomlArray(item));
            return;
        }
        if (old is not TomlArray { IsOfTables: false } array)
            throw new ConfigurationException(
                $"({old.Line}, {old.Column}): {TomlKeys.Path(path)} must be an array, but is {old.TypeName} {old}; make it an array or remove it");
        string text = TomlText.Value(item);
        if (array.Items.Count > 0)
            AppendAfter(array, text);
        else if (_text.AsSpan(array.Start + 1, array.End - array.Start - 2).IsWhiteSpace())
            Splice(array.Start + 1, array.End - 1, text);
        else
            InsertLastLine(array, text);
    }

    private void AppendAfter(TomlArray array, string text)
    {
        int last = array.Items[^1].End;
        int lineStart = LineStart(array.Items[^1].Start);
        if (lineStart <= array.Start)
        {
            Splice(last, last, ", " + text);
            return;
        }
        // The last item stands on a line of its own: the new one gets a line too, behind the comment of that line.
        int comma = EndOfBlanks(last);
        bool hasComma = comma < array.End && _text[comma] == ',';
        string newLine = NewLine + Indent(lineStart) + text + (hasComma ? "," : "");
        int lineEnd = Math.Min(LineEnd(hasComma ? comma : last), array.End - 1);
        while (lineEnd > last && _text[lineEnd - 1] is '\n' or '\r' or ' ' or '\t')
            lineEnd--;
        string between = _text[last..lineEnd];
        Splice(last, lineEnd, (hasComma ? between : "," + between) + newLine);
    }

    // An array that holds comments alone.
    private void InsertLastLine(TomlArray array, string text)
    {
        int close = array.End - 1;
        int lineStart = LineStart(close);
        Splice(lineStart, close, Indent(LineStart(lineStart - 1)) + text + NewLine + _text[lineStart..close]);
    }

    private int EndOfBlanks(int offset)
    {
        while (offset < _text.Length && _text[offset] is ' ' or '\t' or '\r' or '\n')
            offset++;
        return offset;
    }
}
