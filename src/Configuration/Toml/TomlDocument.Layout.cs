using Tomlyn.Syntax;

namespace GpuContainers.Configuration.Toml;

/// <summary>How the text is laid out, so that what is added looks like its neighbours.</summary>
public sealed partial class TomlDocument
{
    // What a new text without an example gets: the indentation of CT-46.
    private const string UsualStep = "  ";

    private string NewLine
    {
        get
        {
            int end = _text.IndexOf('\n', StringComparison.Ordinal);
            return end > 0 && _text[end - 1] == '\r' ? "\r\n" : "\n";
        }
    }

    private int LineStart(int offset) => offset <= 0 ? 0 : _text.LastIndexOf('\n', offset - 1) + 1;

    private int LineEnd(int offset)
    {
        int end = offset >= _text.Length ? -1 : _text.IndexOf('\n', offset);
        return end < 0 ? _text.Length : end + 1;
    }

    private ReadOnlySpan<char> Line(int start) => _text.AsSpan(start, LineEnd(start) - start).Trim();

    private bool IsBlank(int start) => start < _text.Length && Line(start).IsEmpty;

    private bool IsComment(int start) => start < _text.Length && Line(start).StartsWith('#');

    private string Indent(int lineStart)
    {
        int end = lineStart;
        while (end < _text.Length && _text[end] is ' ' or '\t')
            end++;
        return _text[lineStart..end];
    }

    // A block of comments that touches a header from above speaks about it.
    private int CommentsAbove(int lineStart)
    {
        while (lineStart > 0 && IsComment(LineStart(lineStart - 1)))
            lineStart = LineStart(lineStart - 1);
        return lineStart;
    }

    // A block of comments that touches the last key from below, and nothing after it, belongs to the keys: most often settings that are switched off.
    private int CommentsBelow(int lineStart)
    {
        int end = lineStart;
        while (IsComment(end))
            end = LineEnd(end);
        return end == _text.Length || IsBlank(end) ? end : lineStart;
    }

    // The indentation of keys below their header.
    private string KeyStep(TomlSection? near)
    {
        if (near is { FirstKey: >= 0 } || (near = _sections.FindLast(section => section.FirstKey >= 0)) is not null)
        {
            string header = Indent(near.Start);
            string key = Indent(near.FirstKey);
            return key.StartsWith(header, StringComparison.Ordinal) ? key[header.Length..] : "";
        }
        return _sections.Count == 0 ? UsualStep : "";
    }

    // The indentation of headers below the header of the table above them.
    private string HeaderStep()
    {
        foreach (TomlSection inner in _sections)
        {
            TomlSection? outer = inner.Path.Count < 2 ? null
                : _sections.Find(section => section.Path.Count == inner.Path.Count - 1 && inner.IsWithin([.. section.Path]));
            if (outer is not null && Indent(inner.Start).StartsWith(Indent(outer.Start), StringComparison.Ordinal))
                return Indent(inner.Start)[Indent(outer.Start).Length..];
        }
        return _sections.Count == 0 ? UsualStep : "";
    }

    private bool HasBlankLinesBetweenSections()
    {
        int with = 0;
        int samples = 0;
        foreach (TomlSection section in _sections)
        {
            int start = CommentsAbove(section.Start);
            if (start == 0)
                continue;
            samples++;
            with += IsBlank(LineStart(start - 1)) ? 1 : 0;
        }
        return with * 2 >= samples;
    }

    // Inserts whole lines before the line that begins at the offset; a last line without its end gets one.
    private void InsertLines(int offset, string lines) =>
        Splice(offset, offset, offset > 0 && _text[offset - 1] != '\n' ? NewLine + lines : lines);

    // Removes the first of the places in which the key or table is written.
    private void RemoveOnce(ReadOnlySpan<string> path)
    {
        TomlEntry entry = ((TomlTable)Root.Find(path[..^1])!).Entry(path[^1])!;
        string[] keys = [.. path];
        if (entry.Syntax is not null)
            RemoveLine(entry.Syntax);
        else if (_sections.Find(section => section.IsWithin(keys)) is { } section)
            RemoveSection(section);
        else
            RemoveLine(FirstLine((TomlTable)entry.Value)!);
    }

    private static KeyValueSyntax? FirstLine(TomlTable table)
    {
        foreach (TomlEntry entry in table.Entries)
        {
            KeyValueSyntax? line = entry.Syntax ?? (entry.Value is TomlTable below ? FirstLine(below) : null);
            if (line is not null)
                return line;
        }
        return null;
    }

    private void RemoveLine(KeyValueSyntax line)
    {
        if (line.Parent is InlineTableItemSyntax item)
            RemoveItem(item);
        else
            Splice(LineStart(line.Key!.Span.Start.Offset), LineEnd(EndOf(line)), "");
    }

    private void RemoveItem(InlineTableItemSyntax item)
    {
        List<KeyValueSyntax> lines = [];
        foreach (InlineTableItemSyntax each in (SyntaxList<InlineTableItemSyntax>)item.Parent!)
            lines.Add(each.KeyValue!);
        int index = lines.IndexOf(item.KeyValue!);
        if (index < lines.Count - 1)
            Splice(StartOf(lines[index]), StartOf(lines[index + 1]), "");
        else
            Splice(index > 0 ? EndOf(lines[index - 1]) : StartOf(lines[index]), EndOf(lines[index]), "");
    }

    // One of the blank lines around a section goes with it.
    private void RemoveSection(TomlSection section)
    {
        int start = section.Start;
        if (start > 0 && IsBlank(LineStart(start - 1)))
            start = LineStart(start - 1);
        int end = CommentsBelow(section.ContentEnd);
        if (start == 0 && IsBlank(end))
            end = LineEnd(end);
        Splice(start, end, "");
    }

    private static int StartOf(KeyValueSyntax line) => line.Key!.Span.Start.Offset;

    private static int EndOf(KeyValueSyntax line) => line.Value!.Span.End.Offset + 1;
}
