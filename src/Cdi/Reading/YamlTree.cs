using System.Globalization;
using SharpYaml;
using SharpYaml.Events;

namespace GpuContainers.Cdi.Reading;

/// <summary>
/// Builds the nodes of the first document of a YAML text (CDI-13, CDI-16, CDI-19). The parser refuses more than 64 levels, plenty for this format, so
/// that no text can overflow the stack (CDI-20).
/// </summary>
internal sealed class YamlTree
{
    private const string MergeTag = "tag:yaml.org,2002:merge";

    private const int EscapeLength = 6;

    private readonly string _text;
    private readonly string _fileName;
    private readonly IParser _events;
    private readonly Dictionary<string, SpecNode> _anchors = new(StringComparer.Ordinal);
    private readonly HashSet<string> _open = new(StringComparer.Ordinal);
    private readonly AliasBudget _budget = new();

    private YamlTree(string text, string fileName)
    {
        _text = text;
        _fileName = fileName;
        _events = Parser.CreateParser(new StringReader(text));
    }

    /// <summary>The root node, or null when the text has no document (CDI-14).</summary>
    internal static SpecNode? Read(string text, string fileName)
    {
        try
        {
            return new YamlTree(text, fileName).Document();
        }
        catch (YamlException error)
        {
            throw Syntax(fileName, error.Start, Cause(error, text));
        }
    }

    /// <summary>Where something follows the first document of a text that was read without an error; null when nothing does.</summary>
    internal static (int Line, int Column)? FindRest(string text)
    {
        IParser events = Parser.CreateParser(new StringReader(text));
        Mark end = default;
        try
        {
            while (events.MoveNext() && events.Current is not StreamEnd)
            {
                if (end.Line > 0 || end.Index > 0)
                    return (events.Current!.Start.Line + 1, events.Current.Start.Column + 1);
                if (events.Current is DocumentEnd)
                    end = events.Current.End;
            }
            return null;
        }
        catch (Exception broken) when (broken is YamlException or ArgumentOutOfRangeException)
        {
            // What follows is not even YAML.
            return ((broken as YamlException)?.Start.Line + 1 ?? end.Line + 1, (broken as YamlException)?.Start.Column + 1 ?? 1);
        }
    }

    private SpecNode? Document()
    {
        Next();
        Next();
        if (_events.Current is not DocumentStart start)
            return null;
        if (start.Version is { } version && version.Version is not { Major: 1, Minor: 1 })
            throw Syntax(_fileName, start.Start, $"found incompatible YAML document: use %YAML 1.1, not %YAML {version.Version}");
        Next();
        return Node();
    }

    private SpecNode Node()
    {
        ParsingEvent current = _events.Current!;
        _budget.Visit();
        return current switch
        {
            Scalar scalar => Leaf(scalar),
            AnchorAlias alias => Alias(alias),
            SequenceStart list => List(list),
            MappingStart map => Map(map),
            _ => throw Syntax(_fileName, current.Start, "did not find expected node content"),
        };
    }

    private SpecNode Leaf(Scalar scalar)
    {
        // Half of a surrogate pair is not a character; the parser joins any two escapes of which the first is one (CDI-18).
        if (scalar.Style == ScalarStyle.DoubleQuoted && HasBrokenPair(_text.AsSpan(scalar.Start.Index..scalar.End.Index)))
            throw Syntax(_fileName, scalar.Start, "found invalid Unicode character escape code");
        var leaf = new SpecNode(SpecNodeKind.Scalar, scalar.Start.Line + 1, scalar.Start.Column + 1)
        {
            Text = scalar.Value,
            IsPlain = scalar.Style == ScalarStyle.Plain,
            Tag = scalar.Tag ?? "",
        };
        Close(scalar.Anchor, leaf);
        return leaf;
    }

    private static bool HasBrokenPair(ReadOnlySpan<char> quoted)
    {
        for (int i = quoted.IndexOf('\\'); i >= 0 && i + 1 < quoted.Length; i += Next(quoted[i..]))
        {
            char half = Escaped(quoted[i..]);
            if (char.IsLowSurrogate(half))
                return true;
            if (!char.IsHighSurrogate(half))
                continue;
            i += EscapeLength;
            if (!char.IsLowSurrogate(Escaped(quoted[i..])))
                return true;
        }
        return false;

        // From one backslash to the next, past what it escapes.
        static int Next(ReadOnlySpan<char> rest)
        {
            int next = rest[2..].IndexOf('\\');
            return next < 0 ? rest.Length : next + 2;
        }
    }

    /// <summary>The character of an escape \\uXXXX that begins here, or 0.</summary>
    private static char Escaped(ReadOnlySpan<char> text) =>
        text is ['\\', 'u', ..] && text.Length >= EscapeLength
            && ushort.TryParse(text[2..EscapeLength], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ushort code)
            ? (char)code
            : '\0';

    private SpecNode Alias(AnchorAlias alias)
    {
        string name = alias.Value;
        if (_open.Contains(name))
            throw Syntax(_fileName, alias.Start, $"anchor '{name}' value contains itself");
        if (!_anchors.TryGetValue(name, out SpecNode? target))
            throw Syntax(_fileName, alias.Start, $"unknown anchor '{name}' referenced");
        Spend(target.Size, alias.Start);
        return target;
    }

    private SpecNode List(SequenceStart start)
    {
        var list = new SpecNode(SpecNodeKind.List, start.Start.Line + 1, start.Start.Column + 1) { Tag = start.Tag ?? "" };
        Open(start.Anchor);
        while (Next() is not SequenceEnd)
        {
            SpecNode item = Node();
            list.Items.Add(item);
            Grow(list, item);
        }
        Close(start.Anchor, list);
        return list;
    }

    private SpecNode Map(MappingStart start)
    {
        var map = new SpecNode(SpecNodeKind.Map, start.Start.Line + 1, start.Start.Column + 1) { Tag = start.Tag ?? "" };
        Open(start.Anchor);
        while (Next() is not MappingEnd)
        {
            SpecNode key = Node();
            Mark keyStart = _events.Current!.Start;
            Next();
            SpecNode value = Node();
            if (key.Kind == SpecNodeKind.Scalar && key.Text == "<<" && (key.IsPlain && key.Tag.Length == 0 || key.Tag == MergeTag))
                Merge(map, value, keyStart);
            else
                map.Members.Add(new(key, value));
            Grow(map, key);
            Grow(map, value);
        }
        Close(start.Anchor, map);
        return map;
    }

    // A merge only adds members; one that is there already is a duplicate, which the binder reports (CDI-19).
    private void Merge(SpecNode map, SpecNode source, Mark start)
    {
        if (source.Kind == SpecNodeKind.List)
        {
            foreach (SpecNode item in source.Items)
            {
                if (item.Kind != SpecNodeKind.Map)
                    throw Syntax(_fileName, start, "map merge requires map or sequence of maps as the value");
                Merge(map, item, start);
            }
            return;
        }
        if (source.Kind != SpecNodeKind.Map)
            throw Syntax(_fileName, start, "map merge requires map or sequence of maps as the value");
        Spend(source.Members.Count, start);
        map.Members.AddRange(source.Members);
    }

    private void Spend(long nodes, Mark start)
    {
        if (!_budget.Alias(nodes))
            throw Syntax(_fileName, start, "document contains excessive aliasing");
    }

    private static void Grow(SpecNode node, SpecNode part) => node.Size = Math.Min(node.Size + part.Size, long.MaxValue / 4);

    private void Open(string? anchor)
    {
        if (!string.IsNullOrEmpty(anchor))
            _open.Add(anchor);
    }

    private void Close(string? anchor, SpecNode node)
    {
        if (string.IsNullOrEmpty(anchor))
            return;
        _open.Remove(anchor);
        _anchors[anchor] = node;
    }

    private ParsingEvent Next()
    {
        Mark last = _events.Current?.End ?? default;
        try
        {
            if (!_events.MoveNext())
                throw Syntax(_fileName, last, "unexpected end of the document");
        }
        catch (ArgumentOutOfRangeException)
        {
            // The parser lets this through for some escapes that are half of a surrogate pair.
            throw Syntax(_fileName, last, "found invalid Unicode character escape code");
        }
        return _events.Current!;
    }

    private static CdiException Syntax(string fileName, Mark mark, string cause) =>
        CdiException.From(CdiErrorReason.Syntax, fileName, [new CdiProblem(mark.Line + 1, mark.Column + 1, "", "yaml: " + cause)]);

    // The parser's own message begins with positions in another form.
    private static string Cause(YamlException error, string text)
    {
        string message = error.Message;
        int end = message.LastIndexOf("): ", StringComparison.Ordinal);
        string cause = (end < 0 ? message : message[(end + 3)..]).TrimEnd('.').Replace("find character", "found character", StringComparison.Ordinal);
        if (error.Start.Index < text.Length && text[error.Start.Index] == '\t')
            cause += ": a tab, where only blanks can indent";
        return cause.Length == 0 ? "malformed text" : char.ToLowerInvariant(cause[0]) + cause[1..];
    }
}

/// <summary>Bounds what aliases may expand to, so that a small text cannot become endless work (CDI-20).</summary>
internal sealed class AliasBudget
{
    private long _visited;
    private long _aliased;

    /// <summary>Counts one node that stands in the text.</summary>
    internal void Visit() => _visited++;

    /// <summary>Counts the nodes behind an alias; false when their share of the whole has become too large.</summary>
    internal bool Alias(long size)
    {
        _visited = Math.Min(_visited + size, long.MaxValue / 2);
        _aliased = Math.Min(_aliased + size, long.MaxValue / 2);
        if (_aliased <= 100 || _visited <= 1000)
            return true;
        double fraction = Math.Clamp((_visited - 400_000) / 3_600_000.0, 0, 1);
        double share = 0.99 - (fraction * 0.89);
        return (double)_aliased / _visited <= share;
    }
}
