using System.Text.Unicode;
using Tomlyn.Syntax;

namespace GpuContainers.Configuration.Toml;

/// <summary>
/// A TOML file of a user, edited as a text: what is not changed keeps every byte, comments, order and layout included. Each edit splices the text
/// and reads it again, so that <see cref="Root"/> always tells what stands there. Only what TOML 1.0 allows is ever written.
/// </summary>
public sealed partial class TomlDocument
{
    private static ReadOnlySpan<byte> ByteOrderMark => "\uFEFF"u8;

    private readonly bool _hasByteOrderMark;
    private bool _hasForeignBytes;
    private string _text = "";
    private List<TomlSection> _sections = [];
    private int _rootKeysEnd = -1;

    private TomlDocument(string text, bool hasByteOrderMark)
    {
        _hasByteOrderMark = hasByteOrderMark;
        Take(text);
    }

    /// <summary>The content of the text: what was read, with all edits so far. Changing it changes no text; see <see cref="Update"/>.</summary>
    public TomlTable Root { get; private set; } = new();

    /// <summary>Reads a file's content. Comments in another encoding than UTF-8 keep their bytes.</summary>
    /// <exception cref="ConfigurationException">It is not UTF-8 or not TOML; the message has every fault as "(line, column): reason".</exception>
    public static TomlDocument Parse(ReadOnlySpan<byte> bytes)
    {
        bool hasForeign = !Utf8.IsValid(bytes);
        string? text = hasForeign ? ForeignBytes.Decode(TomlReader.WithoutByteOrderMark(bytes)) : null;
        if (text is null || ForeignBytes.AreOutsideComments(text))
            text = TomlReader.Decode(bytes);
        return new TomlDocument(text, bytes.StartsWith(ByteOrderMark)) { _hasForeignBytes = hasForeign };
    }

    /// <summary>Reads a text.</summary>
    /// <exception cref="ConfigurationException">It is not TOML; the message has every fault as "(line, column): reason".</exception>
    public static TomlDocument Parse(string text) => new(text, false);

    /// <summary>The text as it stands now.</summary>
    public override string ToString() => _text;

    /// <summary>The file's content as it stands now, a byte-order mark included if there was one.</summary>
    public byte[] ToBytes()
    {
        byte[] bytes = _hasForeignBytes ? ForeignBytes.Encode(_text) : Encoding.UTF8.GetBytes(_text);
        return _hasByteOrderMark ? [.. ByteOrderMark, .. bytes] : bytes;
    }

    /// <summary>The value at the end of a path of keys, or null.</summary>
    public TomlValue? Get(params ReadOnlySpan<string> path) => Root.Find(path);

    /// <summary>
    /// Makes a key have this value. A value that is there already, in whatever spelling, is left alone; of a table only the keys that differ are
    /// edited; an array that is only longer gets the new items; missing tables are made where their neighbours stand.
    /// </summary>
    /// <exception cref="ConfigurationException">Something on the path is not a table.</exception>
    public void Set(ReadOnlySpan<string> path, TomlValue value)
    {
        TomlValue? old = Root.Find(path);
        if (old is null)
            Insert(path, value);
        else if (old is TomlTable before && value is TomlTable wanted)
            Match(path, before, wanted);
        else if (!old.SameAs(value))
            Change(path, old, value);
    }

    /// <summary>Removes a key or a whole table with everything below it; nothing happens when there is none. Comments above it stay.</summary>
    public void Remove(params ReadOnlySpan<string> path)
    {
        while (Root.Find(path) is not null)
            RemoveOnce(path);
    }

    /// <summary>Edits the text so that its content is <paramref name="wanted"/>, with as few changes as can be.</summary>
    /// <exception cref="ConfigurationException">The wanted tables cannot be written beside what is there.</exception>
    public void Update(TomlTable wanted) => Match([], Root, wanted);

    private void Match(ReadOnlySpan<string> path, TomlTable before, TomlTable wanted)
    {
        string[] inner = [.. path, ""];
        foreach (TomlEntry entry in before.Entries)
        {
            inner[^1] = entry.Name;
            if (wanted[entry.Name] is null)
                Remove(inner);
        }
        // An empty table may have been there only through what was removed from it.
        if (path.Length > 0 && Root.Find(path) is null)
        {
            Insert(path, wanted);
            return;
        }
        foreach (TomlEntry entry in wanted.Entries)
        {
            inner[^1] = entry.Name;
            Set(inner, entry.Value);
        }
    }

    private void Change(ReadOnlySpan<string> path, TomlValue old, TomlValue value)
    {
        if (old is TomlArray { IsOfTables: false } shorter && value is TomlArray { IsOfTables: false } longer && IsStartOf(shorter, longer))
        {
            for (int i = shorter.Items.Count; i < longer.Items.Count; i++)
                Append(path, longer.Items[i]);
        }
        else if (old.Start >= 0 && value is not (TomlTable or TomlArray { IsOfTables: true }))
        {
            Splice(old.Start, old.End, TomlText.Value(value));
        }
        else
        {
            Remove(path);
            Insert(path, value);
        }
    }

    private static bool IsStartOf(TomlArray shorter, TomlArray longer)
    {
        for (int i = 0; i < shorter.Items.Count; i++)
        {
            if (i >= longer.Items.Count || !shorter.Items[i].SameAs(longer.Items[i]))
                return false;
        }
        return true;
    }

    private void Splice(int start, int end, string replacement) =>
        Take(string.Concat(_text.AsSpan(0, start), replacement, _text.AsSpan(end)));

    private void Take(string text)
    {
        DocumentSyntax syntax = TomlReader.Parse(text);
        _text = text;
        Root = TomlReader.Read(syntax);
        _rootKeysEnd = -1;
        foreach (KeyValueSyntax line in syntax.KeyValues)
            _rootKeysEnd = LineEnd(line.Value!.Span.End.Offset + 1);
        _sections = [];
        foreach (TableSyntaxBase section in syntax.Tables)
            _sections.Add(Section(section));
    }

    private TomlSection Section(TableSyntaxBase syntax)
    {
        int headerEnd = LineEnd(syntax.Name!.Span.End.Offset);
        int first = -1, last = -1, end = headerEnd;
        foreach (KeyValueSyntax line in syntax.Items)
        {
            last = LineStart(line.Key!.Span.Start.Offset);
            first = first < 0 ? last : first;
            end = LineEnd(line.Value!.Span.End.Offset + 1);
        }
        return new TomlSection(TomlReader.Names(syntax.Name), LineStart(syntax.Name.Span.Start.Offset), headerEnd, end, first, last);
    }
}
