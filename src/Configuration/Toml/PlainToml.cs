namespace GpuContainers.Configuration.Toml;

/// <summary>
/// Reads the TOML that configurations mostly are: comments, headers, and keys with a boolean, a string without escapes or a list of such strings, each in one
/// line of ASCII. It says of nothing that it is wrong: whatever else a text has is <see cref="TomlReader"/>'s, which takes a tenth of a start for the
/// configuration that is installed.
/// </summary>
internal ref struct PlainToml
{
    // More, and the bounds of texts (TomlBounds) have to be looked at.
    private const int MostCharacters = 16 << 10;
    private const int MostEntries = 200;
    private const int MostParts = 8;

    private readonly ReadOnlySpan<char> _text;
    private readonly TomlTable _root = new();
    private readonly List<TomlTable> _named = new(16);
    private TomlTable _table;
    private int _at;
    private int _line = 1;
    private int _lineStart;
    private int _entries;

    private PlainToml(ReadOnlySpan<char> text)
    {
        _text = text;
        _table = _root;
    }

    /// <summary>The root table, as <see cref="TomlReader.Read(string)"/> gives it; null for a text that is not plain.</summary>
    public static TomlTable? TryRead(string text)
    {
        var reader = new PlainToml(text);
        return text.Length <= MostCharacters && reader.ReadLines() ? reader._root : null;
    }

    private bool ReadLines()
    {
        for (; _at < _text.Length; _line++, _lineStart = _at)
        {
            SkipBlanks();
            bool isPlain = Current switch
            {
                '\n' or '#' => true,
                '[' => ReadHeader(),
                _ => ReadEntry(),
            };
            if (!isPlain || !EndLine())
                return false;
        }
        return true;
    }

    // At the end of the text stands as good as a line end.
    private readonly char Current => _at < _text.Length ? _text[_at] : '\n';

    private void SkipBlanks()
    {
        while (Current is ' ' or '\t')
            _at++;
    }

    private bool Take(char wanted)
    {
        if (Current != wanted || _at == _text.Length)
            return false;
        _at++;
        return true;
    }

    private bool EndLine()
    {
        SkipBlanks();
        if (Take('#'))
        {
            while (Current is >= ' ' and < '\x7f' or '\t')
                _at++;
        }
        return _at == _text.Length || Take('\n');
    }

    private string? ReadName()
    {
        int start = _at;
        while (char.IsAsciiLetterOrDigit(Current) || Current is '-' or '_')
            _at++;
        return _at > start ? _text[start.._at].ToString() : null;
    }

    // A table that a header has named already, or that is no table, is an error for the other reader to tell.
    private bool ReadHeader()
    {
        _at++;
        int column = _at - _lineStart + 1;
        TomlTable table = _root;
        for (int parts = 1; parts <= MostParts && ReadName() is { } name; parts++)
        {
            bool isLast = Take(']');
            TomlValue? known = table[name];
            if (known is null)
                table.Entries.Add(new TomlEntry(name, known = Place(new TomlTable(), column)));
            if (known is not TomlTable child || (isLast && HasHeader(child)) || ++_entries > MostEntries)
                return false;
            table = child;
            if (isLast)
            {
                _named.Add(table);
                _table = table;
                return true;
            }
            if (!Take('.'))
                return false;
        }
        return false;
    }

    private readonly bool HasHeader(TomlTable table)
    {
        foreach (TomlTable named in _named)
        {
            if (ReferenceEquals(named, table))
                return true;
        }
        return false;
    }

    private bool ReadEntry()
    {
        int column = _at - _lineStart + 1;
        if (ReadName() is not { } name || _table[name] is not null || ++_entries > MostEntries)
            return false;
        SkipBlanks();
        if (!Take('='))
            return false;
        SkipBlanks();
        if ((Current == '[' ? ReadList() : ReadScalar()) is not { } value)
            return false;
        _table.Entries.Add(new TomlEntry(name, Place(value, column)));
        return true;
    }

    private TomlArray? ReadList()
    {
        int start = _at++;
        var list = new TomlArray();
        for (SkipBlanks(); !Take(']'); SkipBlanks())
        {
            int column = _at - _lineStart + 1;
            if (++_entries > MostEntries || ReadText() is not { } item)
                return null;
            list.Items.Add(Place(item, column));
            SkipBlanks();
            if (!Take(',') && Current != ']')
                return null;
        }
        return Bounded(list, start);
    }

    private TomlValue? ReadScalar()
    {
        int start = _at;
        if (Current == '"')
            return ReadText();
        return ReadName() switch
        {
            "true" => Bounded(new TomlBoolean(true), start),
            "false" => Bounded(new TomlBoolean(false), start),
            _ => null,
        };
    }

    private TomlString? ReadText()
    {
        int start = _at;
        if (!Take('"'))
            return null;
        int from = _at;
        while (Current is >= ' ' and < '\x7f' and not '"' and not '\\')
            _at++;
        var text = new TomlString(_text[from.._at].ToString());
        return Take('"') ? Bounded(text, start) : null;
    }

    private readonly T Bounded<T>(T value, int start) where T : TomlValue
    {
        value.Start = start;
        value.End = _at;
        return value;
    }

    private readonly T Place<T>(T value, int column) where T : TomlValue
    {
        value.Line = _line;
        value.Column = column;
        return value;
    }
}
