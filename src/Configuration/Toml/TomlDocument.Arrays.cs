namespace GpuContainers.Configuration.Toml;

/// <summary>Arrays that grow.</summary>
public sealed partial class TomlDocument
{
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
