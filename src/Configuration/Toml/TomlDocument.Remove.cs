using Tomlyn.Syntax;

namespace GpuContainers.Configuration.Toml;

/// <summary>Keys and tables that go.</summary>
public sealed partial class TomlDocument
{
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
