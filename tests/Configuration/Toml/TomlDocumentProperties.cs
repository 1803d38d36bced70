using CsCheck;
using GpuContainers.Configuration.Toml;

namespace GpuContainers.Configuration.Tests.Toml;

/// <summary>Editing a text must mean the same as editing the tables it was read into.</summary>
public sealed class TomlDocumentProperties
{
    private static readonly string[] s_names = ["a", "b", "c d", "e-f", "é"];

    private static readonly string[] s_texts = ["x", "#", "[y]", "\"", "\\"];

    private static readonly Gen<string> s_name = Gen.Int[0, 4].Select(i => s_names[i]);

    private static readonly Gen<TomlValue> s_leaf = Gen.OneOf<TomlValue>(
        Gen.Bool.Select(value => (TomlValue)new TomlBoolean(value)),
        Gen.Int.Select(value => (TomlValue)new TomlScalar(TomlScalarKind.Integer, value.ToString())),
        Gen.String[0, 6].Select(text => (TomlValue)new TomlString(Plain(text))),
        Gen.Int[0, 4].Select(i => s_texts[i]).Array[0, 3].Select(texts => (TomlValue)TomlArray.From(texts)));

    private static readonly Gen<TomlTable> s_table = Gen.Recursive<TomlTable>((depth, self) =>
        Gen.Select(s_name, depth > 3 ? s_leaf : Gen.OneOf(s_leaf, self.Select(table => (TomlValue)table))).Array[0, 4].Select(Table));

    private static readonly Gen<string[]> s_path = s_name.Array[1, 4];

    [Fact]
    [Requirement("CF-76")]
    public void What_is_written_reads_back_the_same() => Gen.Select(s_table, Gen.Bool).Sample((table, indented) =>
    {
        string text = TomlText.Document(table, indented ? "  " : "");
        return TomlDocument.Parse(text).Root.SameAs(table);
    });

    [Fact]
    public void Setting_in_the_text_is_setting_in_the_tables() =>
        Gen.Select(Text, s_path, Gen.OneOf(s_leaf, s_table.Select(table => (TomlValue)table))).Sample((text, path, value) =>
    {
        TomlDocument document = TomlDocument.Parse(text);
        var model = (TomlTable)document.Root.Copy();
        try
        {
            model.Descend(path.AsSpan(..^1)).Set(path[^1], value.Copy());
        }
        catch (ConfigurationException)
        {
            Assert.Throws<ConfigurationException>(() => document.Set(path, value));
            return document.ToString() == text;
        }
        document.Set(path, value);
        string once = document.ToString();
        document.Set(path, value);
        return document.Root.SameAs(model) && document.ToString() == once;
    });

    [Fact]
    public void Removing_from_the_text_is_removing_from_the_tables() => Gen.Select(Text, s_path).Sample((text, path) =>
    {
        TomlDocument document = TomlDocument.Parse(text);
        var model = (TomlTable)document.Root.Copy();
        bool found = model.Find(path.AsSpan(..^1)) is TomlTable parent && parent.Remove(path[^1]);
        document.Remove(path);
        // A table that only its last dotted key or sub-header made ends with it; tables that became empty are left out on both sides.
        return Full(document.Root).SameAs(Full(model)) && (found || document.ToString() == text);
    });

    // The tables written flat or indented, with comments strewn in, some tables in braces or as dotted keys, and both line ends.
    private static Gen<string> Text => Gen.Select(s_table, Gen.Bool, Gen.Bool, Gen.Int[0, 2]).Select((table, indented, windows, style) =>
    {
        string text = style == 0
            ? TomlText.Document(table, indented ? "  " : "")
            : string.Concat(table.Entries.Select(entry => style == 1 || entry.Value is not TomlTable { Entries.Count: > 0 } below
                ? $"{TomlKeys.Key(entry.Name)} = {TomlText.Value(entry.Value)}\n"
                : string.Concat(below.Entries.Select(item => $"{TomlKeys.Key(entry.Name)}.{TomlKeys.Key(item.Name)} = {TomlText.Value(item.Value)}\n"))));
        text = "# head\n" + text.Replace("]\n", "] # c\n# next\n", StringComparison.Ordinal);
        return windows ? text.Replace("\n", "\r\n", StringComparison.Ordinal) : text;
    });

    private static TomlTable Full(TomlTable table)
    {
        var full = new TomlTable();
        foreach (TomlEntry entry in table.Entries)
        {
            TomlValue value = entry.Value is TomlTable below ? Full(below) : entry.Value;
            if (value is not TomlTable { Entries.Count: 0 })
                full.Set(entry.Name, value);
        }
        return full;
    }

    private static TomlTable Table((string Name, TomlValue Value)[] entries)
    {
        var table = new TomlTable();
        foreach ((string name, TomlValue value) in entries)
            table.Set(name, value);
        return table;
    }

    // Lone surrogates are not text.
    private static string Plain(string text) => string.Concat(text.Where(c => !char.IsSurrogate(c)));
}
