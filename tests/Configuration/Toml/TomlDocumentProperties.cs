using CsCheck;

namespace GpuContainers.Configuration.Tests;

public sealed class TomlDocumentProperties
{
    private static readonly Gen<string> s_name = Gen.OneOf("a", "b", "c", "d e", "f.g");

    private static readonly Gen<TomlValue> s_plain = Gen.OneOf<TomlValue>(
        Gen.Bool.Select(flag => (TomlValue)new TomlBoolean(flag)),
        Gen.Int.Select(number => (TomlValue)new TomlScalar(TomlScalarKind.Integer, number.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        Gen.OneOf("", "x", "a\"b\\", "two\nlines", "\u00e4\u007f", "😀").Select(text => (TomlValue)new TomlString(text)),
        Gen.OneOf("x", "y", "z").Array[0, 4].Select(texts => (TomlValue)TomlArray.OfStrings(texts)));

    private static Gen<TomlTable> Table(int depth) =>
        Gen.Select(s_name, depth == 0 ? s_plain : Gen.OneOf(s_plain, Table(depth - 1).Select(table => (TomlValue)table))).Array[0, 4].Select(pairs =>
        {
            var table = new TomlTable();
            foreach ((string name, TomlValue value) in pairs)
                table.Set(name, value);
            return table;
        });

    // A text that says the same as the table, in one of the many ways to write it.
    private static string Spell(TomlTable table, int style) => style switch
    {
        0 => TomlText.Document(table),
        1 => string.Concat(table.Entries.Select(entry => $"{TomlKeys.Key(entry.Name)} = {TomlText.Value(entry.Value)} # inline\n")),
        _ => string.Concat(table.Entries.Select(entry => Dotted([entry.Name], entry.Value))),
    };

    private static string Dotted(string[] path, TomlValue value) => value is TomlTable { Entries.Count: > 0 } table
        ? string.Concat(table.Entries.Select(entry => Dotted([.. path, entry.Name], entry.Value)))
        : $"  {TomlKeys.Path(path)} = {TomlText.Value(value)}\n";

    [Fact]
    public void Any_table_becomes_any_other_CT_48() =>
        Gen.Select(Table(3), Table(3), Gen.Int[0, 2]).Sample((before, wanted, style) =>
        {
            TomlDocument document = TomlDocument.Parse(Spell(before, style));
            Assert.True(document.Root.SameAs(before));
            document.Update(wanted);
            Assert.True(document.Root.SameAs(wanted), $"{Spell(before, style)}\n-- became --\n{document}\n-- wanted --\n{TomlText.Document(wanted)}");
            string once = document.ToString();
            document.Update(wanted);
            Assert.Equal(once, document.ToString());
        });

    [Fact]
    public void A_new_text_reads_back_as_what_was_written_CT_46() =>
        Table(3).Sample(table => Assert.True(TomlDocument.Parse(TomlText.Document(table)).Root.SameAs(table)));
}
