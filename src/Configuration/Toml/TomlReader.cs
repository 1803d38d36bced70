using System.Globalization;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Syntax;

namespace GpuContainers.Configuration.Toml;

/// <summary>From Tomlyn's syntax tree to tables that know their places in the text.</summary>
internal static class TomlReader
{
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Decodes UTF-8; a byte-order mark is skipped (CF-10).</summary>
    /// <exception cref="ConfigurationException">The bytes are not UTF-8; the message names the line.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        bytes = WithoutByteOrderMark(bytes);
        try
        {
            return s_strict.GetString(bytes);
        }
        catch (DecoderFallbackException broken)
        {
            int line = 1 + bytes[..Math.Clamp(broken.Index, 0, bytes.Length)].Count((byte)'\n');
            throw new ConfigurationException(ConfigurationFailure.Syntax, $"({line}, 1): the text is not UTF-8; save the file as UTF-8", broken);
        }
    }

    /// <summary>The bytes behind a byte-order mark, if there is one.</summary>
    internal static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> bytes) => bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes;

    /// <summary>Reads a text into its root table.</summary>
    /// <exception cref="ConfigurationException">Syntax errors, keys or tables defined twice (CF-11): all of them, each with line and column.</exception>
    public static TomlTable Read(string text) => Read(Parse(text));

    /// <summary>Reads a text into Tomlyn's tree.</summary>
    /// <exception cref="ConfigurationException">As <see cref="Read(string)"/>.</exception>
    public static DocumentSyntax Parse(string text)
    {
        TomlBounds.Check(text);
        DocumentSyntax document;
        try
        {
            document = SyntaxParser.Parse(text, "", validate: true);
        }
        // The parser gives up, instead of reporting, where tables or lists are nested too deeply.
        catch (TomlException deep)
        {
            throw new ConfigurationException(ConfigurationFailure.Syntax, $"({deep.Line ?? 1}, {deep.Column ?? 1}): values are nested too deeply", deep);
        }
        // Nor does it report what it did not expect at the end of a text, such as a backslash (SEC-26).
        catch (Exception fault) when (fault is ArgumentException or IndexOutOfRangeException or InvalidOperationException or NullReferenceException)
        {
            throw new ConfigurationException(ConfigurationFailure.Syntax, $"{End(text)}: the text is not TOML up to its end", fault);
        }
        return document.HasErrors ? throw SyntaxErrors(document) : document;
    }

    private static string End(string text) =>
        string.Create(CultureInfo.InvariantCulture, $"({text.AsSpan().Count('\n') + 1}, {text.Length - text.LastIndexOf('\n')})");

    /// <summary>Reads the tree of a text without faults into its root table.</summary>
    public static TomlTable Read(DocumentSyntax document)
    {
        var root = new TomlTable();
        AddLines(root, document.KeyValues);
        foreach (TableSyntaxBase section in document.Tables)
            AddLines(Open(root, section), section.Items);
        return root;
    }

    // A reader of user files reports all problems; ten lines of them are enough to see what is wrong.
    private static ConfigurationException SyntaxErrors(DocumentSyntax document)
    {
        var text = new StringBuilder();
        int count = 0;
        foreach (DiagnosticMessage message in document.Diagnostics)
        {
            if (message.Kind != DiagnosticMessageKind.Error || ++count > 10)
                continue;
            TextPosition start = message.Span.Start;
            text.Append(text.Length == 0 ? "" : "; ").Append(CultureInfo.InvariantCulture, $"({start.Line + 1}, {start.Column + 1}): {message.Message}");
        }
        return new ConfigurationException(ConfigurationFailure.Syntax, text.ToString());
    }

    private static TomlTable Open(TomlTable root, TableSyntaxBase section)
    {
        List<string> names = Names(section.Name!);
        TomlTable parent = root;
        for (int i = 0; i < names.Count - 1; i++)
            parent = Child(parent, names[i], section.Name!, dotted: false);
        TomlTable table;
        if (section is TableArraySyntax)
        {
            table = Place(new TomlTable(), section.Name!);
            if (parent[names[^1]] is not TomlArray array)
                parent.Entries.Add(new TomlEntry(names[^1], array = Place(new TomlArray { IsOfTables = true }, section.Name!)));
            array.Items.Add(table);
        }
        else
        {
            table = Child(parent, names[^1], section.Name!, dotted: false);
        }
        table.Sections.Add(section);
        return table;
    }

    private static void AddLines(TomlTable table, SyntaxList<KeyValueSyntax> lines)
    {
        foreach (KeyValueSyntax line in lines)
            AddLine(table, line);
    }

    private static void AddLine(TomlTable table, KeyValueSyntax line)
    {
        List<string> names = Names(line.Key!);
        for (int i = 0; i < names.Count - 1; i++)
            table = Child(table, names[i], line.Key!, dotted: true);
        table.Entries.Add(new TomlEntry(names[^1], Place(Value(line.Value!), line.Key!)) { Syntax = line });
    }

    private static TomlTable Child(TomlTable parent, string name, SyntaxNode key, bool dotted)
    {
        switch (parent[name])
        {
            case TomlTable table: return table;
            case TomlArray { Items: [.., TomlTable last] }: return last;
        }
        TomlTable child = Place(new TomlTable { IsDotted = dotted }, key);
        parent.Entries.Add(new TomlEntry(name, child));
        return child;
    }

    private static TomlValue Value(ValueSyntax syntax)
    {
        TomlValue value = syntax switch
        {
            StringValueSyntax text => new TomlString(text.Value ?? ""),
            BooleanValueSyntax flag => new TomlBoolean(flag.Value),
            IntegerValueSyntax number => new TomlScalar(TomlScalarKind.Integer, number.Value.ToString(CultureInfo.InvariantCulture)),
            FloatValueSyntax number => new TomlScalar(TomlScalarKind.Float, TomlFloat.Format(number.Value)),
            DateTimeValueSyntax time => new TomlScalar(TomlScalarKind.DateTime, time.Token?.Text ?? ""),
            ArraySyntax array => Items(array),
            InlineTableSyntax table => Inline(table),
            _ => throw new InvalidOperationException($"a TOML value of the unknown kind {syntax.Kind}"),
        };
        value.Start = syntax.Span.Start.Offset;
        value.End = syntax.Span.End.Offset + 1;
        return value;
    }

    private static TomlArray Items(ArraySyntax syntax)
    {
        var array = new TomlArray();
        foreach (ArrayItemSyntax item in syntax.Items)
        {
            TomlValue value = Value(item.Value!);
            array.Items.Add(Place(value, item.Value!));
        }
        return array;
    }

    private static TomlTable Inline(InlineTableSyntax syntax)
    {
        var table = new TomlTable { IsInline = true };
        foreach (InlineTableItemSyntax item in syntax.Items)
            AddLine(table, item.KeyValue!);
        return table;
    }

    private static T Place<T>(T value, SyntaxNode key) where T : TomlValue
    {
        value.Line = key.Span.Start.Line + 1;
        value.Column = key.Span.Start.Column + 1;
        return value;
    }

    /// <summary>The parts of a key or header, without quotes.</summary>
    public static List<string> Names(KeySyntax key)
    {
        var names = new List<string>(1 + key.DotKeys.ChildrenCount) { Name(key.Key!) };
        foreach (DottedKeyItemSyntax part in key.DotKeys)
            names.Add(Name(part.Key!));
        return names;
    }

    private static string Name(BareKeyOrStringValueSyntax key) => key switch
    {
        StringValueSyntax text => text.Value ?? "",
        BareKeySyntax bare => bare.Key?.Text ?? "",
        _ => "",
    };
}
