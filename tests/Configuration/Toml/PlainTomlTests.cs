using System.Text;
using CsCheck;
using GpuContainers.Configuration.Editing;
using GpuContainers.Configuration.Toml;

namespace GpuContainers.Configuration.Tests.Toml;

/// <summary>The quick reader of plain texts reads what the other one reads, or leaves the text to it.</summary>
[Requirement("CF-11")]
public sealed class PlainTomlTests
{
    // Lines that are plain, lines that only look so, and what clashes with others.
    private static readonly string[] s_lines =
    [
        "", "  ", "# a = [b]", "\t# c", "a = true", "b = false # d", "a = \"x\"", "c = \"\"", "  d\t=\t\"#[y]\"\t", "e-f_1 = []", "1 = [ ]", "g = [\"x\"]",
        "h = [ \"x\" , \"y\", ] # z", "[a]", "[b]", "[a.b]", " [ a ]", "[a.b.c] # d", "[b.a]", "[e-f_1.2]",
        "i = 1", "i = 1.5", "i = 'x'", "i = \"\\n\"", "i = \"\"\"x\"\"\"", "i = \"\"\"", "i = \"x", "i = \"é\"", "i = tru",
        "i = truex", "i = {a = true}", "i", "i =", "= true",
        "i = [true]", "i = [\"x\" \"y\"]", "i = [,]", "i = [\"x\",,]", "i = [\"x\"", "i = []]", "i = [\"\"\"x\"\"\"]", "i = [\"\"\"]",
        "a.b = true", "\"a\" = true", "[[a]]", "[]",
        "[a", "[a.]", "[.a]", "[a]]", "[a] b = true",
        "a = true b = false", "# \u0001", "# é", "\u007f", "i = \"\u007f\"", "i = \"\t\"", "a = true\r", "\r", "i = 1979-05-27",
    ];

    private static string Installed => Encoding.UTF8.GetString(ConfigDocument.Default().ToBytes());

    private static readonly Gen<string> s_line = Gen.Int[0, s_lines.Length - 1].Select(static i => s_lines[i]);

    [Fact]
    public void Each_line_is_read_alike_or_left_to_the_other_reader()
    {
        foreach (string line in s_lines)
            Assert.True(IsAlike(line + "\n") && IsAlike(line), line);
    }

    [Fact]
    public void Lines_in_any_order_are_read_alike_or_left_to_the_other_reader() =>
        Gen.Select(s_line.Array[0, 6], Gen.Bool).Sample(static (lines, ends) => IsAlike(string.Join('\n', lines) + (ends ? "\n" : "")), iter: 20_000);

    // A character of the installed configuration deleted, doubled or changed.
    [Fact]
    public void A_damaged_configuration_is_read_alike_or_left_to_the_other_reader()
    {
        string text = Installed;
        const string signs = "\"\\[]=#.,\n\r\t\u0000 a1é'{}";
        Gen.Select(Gen.Int[0, text.Length - 1], Gen.Int[0, signs.Length - 1], Gen.Int[0, 2]).Sample(
            (at, sign, way) => IsAlike(text[..at] + (way == 0 ? "" : signs[sign]) + text[(way == 2 ? at : at + 1)..]), iter: 5_000);
    }

    [Fact]
    public void What_is_installed_is_plain()
    {
        Assert.NotNull(PlainToml.TryRead(Installed));
        Assert.NotNull(PlainToml.TryRead(""));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public void A_text_of_many_keys_is_left_to_the_other_reader(int keys, bool isPlain) =>
        Assert.Equal(isPlain, PlainToml.TryRead(string.Concat(Enumerable.Range(0, keys).Select(static i => $"k{i} = true\n"))) is not null);

    [Fact]
    public void A_long_text_is_left_to_the_other_reader() => Assert.Null(PlainToml.TryRead("#" + new string('x', 16 << 10)));

    private static bool IsAlike(string text)
    {
        if (PlainToml.TryRead(text) is not { } plain)
            return true;
        return Told(plain) == Told(TomlReader.Read(text));
    }

    private static string Told(TomlValue value) => $"{value.Line}:{value.Column}:{value.Start}-{value.End} " + value switch
    {
        TomlTable table => "{" + string.Join(';', table.Entries.Select(static entry => entry.Name + "=" + Told(entry.Value))) + "}",
        TomlArray array => "[" + string.Join(';', array.Items.Select(Told)) + "]",
        _ => value.TypeName + " " + value,
    };
}
