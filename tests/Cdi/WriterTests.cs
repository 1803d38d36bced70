using GpuContainers.Cdi.Writing;
using GpuContainers.Oci;

namespace GpuContainers.Cdi.Tests;

public sealed class WriterTests
{
    [Fact]
    [Requirement("CDI-176", "CDI-177", "CDI-180")]
    public void The_sample_looks_exactly_like_the_reference()
    {
        string golden = File.ReadAllText(Path.Combine(TestData.Folder("written"), "sample.yaml"));
        Assert.Equal(golden, TestData.Yaml(TestData.Read(golden)));
    }

    [Fact]
    [Requirement("CDI-8", "CDI-174", "CDI-182")]
    public void The_smallest_document_in_both_formats()
    {
        CdiSpec spec = TestData.Spec(version: "0.3.0");
        Assert.Equal(
            """{"cdiVersion":"0.3.0","kind":"acme.example/npu","devices":[{"name":"dev","containerEdits":{"env":["A=1"]}}],"containerEdits":{}}""",
            TestData.Json(spec));
        Assert.Equal(
            "---\ncdiVersion: 0.3.0\nkind: acme.example/npu\ndevices:\n    - name: dev\n      containerEdits:\n        env:\n            - A=1\n",
            TestData.Yaml(spec));
    }

    [Fact]
    [Requirement("CDI-9")]
    public void Members_are_written_in_the_order_of_the_tables()
    {
        CdiSpec spec = CdiSpecFile.Read(Path.Combine(TestData.Folder("good"), "everything.yaml"));
        Assert.Equal(File.ReadAllText(Path.Combine(TestData.Folder("written"), "everything.json")), TestData.Json(spec));
    }

    [Theory]
    [Requirement("CDI-175")]
    [InlineData("<>&'+/", "\\u003c\\u003e\\u0026'+/")]
    [InlineData("\"\\\b\f\n\r\t\u0001\u001f\u007f", "\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\u007f")]
    [InlineData("\u2028\u2029\u00e9\U0001F600", "\\u2028\\u2029\u00e9\U0001F600")]
    public void Json_escapes_what_the_reference_escapes(string text, string escaped) =>
        Assert.Contains($"\"A={escaped}\"", TestData.Json(TestData.Spec(new ContainerEdits { Env = ["A=" + text] })), StringComparison.Ordinal);

    [Fact]
    [Requirement("CDI-175")]
    public void Half_of_a_surrogate_pair_becomes_the_replacement_character_in_json() =>
        Assert.Contains("\"A=\\ufffdx\"", TestData.Json(TestData.Spec(new ContainerEdits { Env = ["A=\ud83dx"] })), StringComparison.Ordinal);

    [Theory]
    [Requirement("CDI-178", "CDI-179")]
    [InlineData("A=1", "A=1")]
    [InlineData("--link", "--link")]
    [InlineData("../x::/y", "../x::/y")]
    [InlineData("a:1", "a:1")]
    [InlineData("<<", "<<")]
    [InlineData("=", "=")]
    [InlineData("it's", "it's")]
    [InlineData("1:60", "1:60")]
    [InlineData("_1", "_1")]
    [InlineData("1,5", "1,5")]
    [InlineData("\u00e9", "\u00e9")]
    [InlineData("0", "\"0\"")]
    [InlineData("1:0", "\"1:0\"")]
    [InlineData("-1:30.5", "\"-1:30.5\"")]
    [InlineData("no", "\"no\"")]
    [InlineData("Y", "\"Y\"")]
    [InlineData("", "\"\"")]
    [InlineData("~", "\"~\"")]
    [InlineData("0o7", "\"0o7\"")]
    [InlineData("0b1", "\"0b1\"")]
    [InlineData("1_000", "\"1_000\"")]
    [InlineData(".5", "\".5\"")]
    [InlineData("1e3", "\"1e3\"")]
    [InlineData(".inf", "\".inf\"")]
    [InlineData("2024-01-02", "\"2024-01-02\"")]
    [InlineData("a\tb", "\"a\\tb\"")]
    [InlineData("\r\e\u007f\u0085\0\ufeff\U0001F600", "\"\\r\\e\\x7F\\N\\0\\uFEFF\\U0001F600\"")]
    [InlineData("a \"b\"\t", "\"a \\\"b\\\"\\t\"")]
    [InlineData("#x", "'#x'")]
    [InlineData("'x", "'''x'")]
    [InlineData("@x", "'@x'")]
    [InlineData("%x", "'%x'")]
    [InlineData("- x", "'- x'")]
    [InlineData("-", "'-'")]
    [InlineData("?", "'?'")]
    [InlineData(": x", "': x'")]
    [InlineData("---x", "'---x'")]
    [InlineData("...", "'...'")]
    [InlineData("a: b", "'a: b'")]
    [InlineData("a:", "'a:'")]
    [InlineData("a #b", "'a #b'")]
    [InlineData(" a", "' a'")]
    [InlineData("a ", "'a '")]
    [InlineData("a\nb", "|-\n                  a\n                  b")]
    [InlineData("a\nb\n", "|\n                  a\n                  b")]
    [InlineData("a\n\nb\n\n", "|+\n                  a\n\n                  b\n")]
    [InlineData(" a\nb", "\" a\\nb\"")]
    [InlineData("\na", "\"\\na\"")]
    [InlineData("\n\n", "\"\\n\\n\"")]
    [InlineData("a \nb", "\"a \\nb\"")]
    [InlineData("a\nb\tc", "|-\n                  a\n                  b\tc")]
    [InlineData("a\n\tb", "|-\n                  a\n                  \tb")]
    [InlineData("\ta\nb", "\"\\ta\\nb\"")]
    [InlineData("a\nb\r", "\"a\\nb\\r\"")]
    [InlineData("\ufeffa\"\u00a0z", "\"\\uFEFF\\x61\\\"\\_\\x7A\"")]
    [InlineData("2024-02-29 10:20:30", "\"2024-02-29 10:20:30\"")]
    [InlineData("2024-02-29  1:2:3,5", "\"2024-02-29  1:2:3,5\"")]
    [InlineData("2023-02-29", "2023-02-29")]
    [InlineData("2024-13-01", "2024-13-01")]
    [InlineData("2024-01-02T03:04:05", "2024-01-02T03:04:05")]
    [InlineData("2024-01-02T03:04:05-23:59", "\"2024-01-02T03:04:05-23:59\"")]
    public void Yaml_styles_follow_the_text(string text, string written)
    {
        CdiSpec spec = TestData.Spec(new ContainerEdits { Hooks = [new Hook { HookName = "prestart", Path = "/h", Args = [text] }] });
        string yaml = TestData.Yaml(spec);
        Assert.EndsWith($"args:\n                - {written}\n", yaml, StringComparison.Ordinal);
        Assert.Equal(text, TestData.Read(yaml).Devices[0].ContainerEdits.Hooks[0].Args[0]);
    }

    [Theory]
    [Requirement("CDI-180")]
    [InlineData("rev9", "rev10")]
    [InlineData("a-b", "ab")]
    [InlineData("B", "a")]
    [InlineData("a", "a1")]
    [InlineData("a1b", "a1-")]
    [InlineData("a01", "a2")]
    [InlineData("a2", "a10")]
    [InlineData("a1", "a01")]
    [InlineData("a9", "a100")]
    public void Annotation_keys_are_in_natural_order_in_yaml(string first, string second)
    {
        Assert.True(NaturalOrder.Compare(first, second) < 0);
        Assert.True(NaturalOrder.Compare(second, first) > 0);
        Assert.Equal(0, NaturalOrder.Compare(first, first));
    }

    [Fact]
    [Requirement("CDI-174")]
    public void Annotation_keys_are_in_byte_order_in_json() =>
        Assert.Contains("\"annotations\":{\"B\":\"1\",\"a\":\"2\",\"rev10\":\"3\",\"rev9\":\"4\"}", TestData.Json(TestData.Spec() with
        {
            Annotations = new Dictionary<string, string> { ["rev9"] = "4", ["rev10"] = "3", ["a"] = "2", ["B"] = "1" },
        }), StringComparison.Ordinal);

    [Fact]
    [Requirement("CDI-181")]
    public void Long_keys_and_keys_of_several_lines_are_explicit()
    {
        foreach (string key in new[] { new string('k', 129), "a\nb", "a\nb\n", "a\rb", "a\u0085b", "a\u2028b" })
        {
            CdiSpec spec = TestData.Spec() with { Annotations = new Dictionary<string, string> { [key] = "v", ["z"] = "w" } };
            string yaml = TestData.Yaml(spec);
            Assert.Contains("\n    ? ", yaml, StringComparison.Ordinal);
            Assert.Contains("\n    : v\n", yaml, StringComparison.Ordinal);
            Assert.Equal("v", TestData.Read(yaml).Annotations[key]);
        }
        Assert.DoesNotContain("?", TestData.Yaml(TestData.Spec() with { Annotations = new Dictionary<string, string> { [new string('k', 128)] = "v" } }),
            StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-181")]
    public void A_text_that_is_no_text_is_refused() =>
        Assert.Throws<CdiException>(() => CdiSpecWriter.ToYaml(TestData.Spec(new ContainerEdits { Env = ["A=\ud800"] })));

    [Fact]
    [Requirement("CDI-176")]
    public void Empty_objects_are_braces()
    {
        CdiSpec spec = TestData.Spec(new ContainerEdits { IntelRdt = new IntelRdt(), AdditionalGids = [1] });
        Assert.Contains("        intelRdt: {}\n        additionalGids:\n", TestData.Yaml(spec), StringComparison.Ordinal);
        Assert.NotNull(TestData.Read(TestData.Yaml(spec)).Devices[0].ContainerEdits.IntelRdt);
    }
}
