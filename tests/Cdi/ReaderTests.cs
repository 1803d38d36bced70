using System.Text;
using GpuContainers.Cdi.Reading;

namespace GpuContainers.Cdi.Tests;

/// <summary>Documents as texts; single texts are in testdata/cdi, what they mean is in the golden files there.</summary>
public sealed class ReaderTests
{
    private const string Minimal = "cdiVersion: 0.3.0\nkind: a/b\ndevices: [{name: d, containerEdits: {env: [A=1]}}]\n";

    [Theory]
    [Requirement("CDI-13")]
    [InlineData("second-document-is-ignored.yaml")]
    [InlineData("json-trailing-text.json")]
    [InlineData("document-markers.yaml")]
    public void Only_the_first_document_counts(string name) =>
        Assert.Equal("acme.example/npu", CdiSpecFile.Read(Path.Combine(TestData.Folder("good"), name)).Kind);

    [Theory]
    [Requirement("CDI-14")]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n")]
    [InlineData("null\n")]
    public void An_empty_text_parses_to_no_document_but_reads_as_an_error(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Assert.Null(CdiSpecReader.Parse(bytes, "x").Spec);
        CdiException error = Assert.Throws<CdiException>(() => CdiSpecReader.Read(bytes, "x"));
        Assert.Equal(CdiErrorReason.Empty, error.Reason);
        Assert.Contains("no Spec data", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CDI-15")]
    [InlineData("text\n")]
    [InlineData("- a\n")]
    [InlineData("cdiVersion: 0.3.0 \u0007")]
    [InlineData("cdiVersion: 0.3.0 \u0080")]
    [InlineData("cdiVersion: 0.3.0 \ufffe")]
    public void Scalars_lists_and_control_characters_are_errors(string text) =>
        Assert.Throws<CdiException>(() => CdiSpecReader.Parse(Encoding.UTF8.GetBytes(text), "x"));

    [Fact]
    [Requirement("CDI-15")]
    public void Three_encodings_are_read()
    {
        foreach (Encoding encoding in new Encoding[] { new UTF8Encoding(true), new UnicodeEncoding(false, true), new UnicodeEncoding(true, true) })
            Assert.Equal("a/b", CdiSpecReader.Read([.. encoding.GetPreamble(), .. encoding.GetBytes(Minimal)], "x").Kind);
        Assert.Equal("a/b", TestData.Read(Minimal.Replace("kind: a/b", "kind: a/b # \u00a0")).Kind);
    }

    [Theory]
    [Requirement("CDI-16")]
    [InlineData("explicit-keys.yaml")]
    [InlineData("anchors-and-aliases.yaml")]
    [InlineData("literal-and-folded.yaml")]
    [InlineData("flow-style.yaml")]
    [InlineData("crlf.yaml")]
    [InlineData("yaml-directive.yaml")]
    [InlineData("tabs-as-separation.yaml")]
    [InlineData("json-pretty.json")]
    public void Yaml_1_1_is_understood(string name) =>
        Assert.NotEmpty(CdiSpecFile.Read(Path.Combine(TestData.Folder("good"), name)).Devices);

    [Fact]
    [Requirement("CDI-17")]
    public void Flow_mappings_want_a_blank_behind_the_colon()
    {
        Assert.Throws<CdiException>(() => TestData.Read("{cdiVersion:0.3.0}"));
        Assert.Equal("a/b", TestData.Read("{\"cdiVersion\":0.3.0,\"kind\":a/b, devices: [{name: d, containerEdits: {env: [A=1,],},},],} # end").Kind);
    }

    [Theory]
    [Requirement("CDI-18")]
    [InlineData("\\/", "/")]
    [InlineData("\\uD83D\\uDE00", "\U0001F600")]
    [InlineData("\\u0041\\n\\\"\\\\", "A\n\"\\")]
    public void Everything_that_json_can_escape_is_read(string escape, string meaning)
    {
        string json = $"{{\"cdiVersion\":\"0.3.0\",\"kind\":\"a/b\",\"devices\":[{{\"name\":\"d\",\"containerEdits\":{{\"env\":[\"A={escape}\"]}}}}]}}";
        Assert.Equal("A=" + meaning, TestData.Read(json).Devices[0].ContainerEdits.Env[0]);
        Assert.Equal("A=" + meaning, TestData.Read("# as YAML\n" + json).Devices[0].ContainerEdits.Env[0]);
    }

    [Theory]
    [Requirement("CDI-18")]
    [InlineData("\\0\\a\\b\\t\\n\\v\\f\\r\\e\\\"\\\\", "\0\a\b\t\n\v\f\r\e\"\\")]
    [InlineData("\\N\\_\\L\\P\\ \\x41\\u00e9\\U0001F600", "\u0085\u00a0\u2028\u2029 A\u00e9\U0001F600")]
    [InlineData("a\\\n   b", "ab")]
    public void The_escapes_of_yaml_are_read(string escapes, string meaning) =>
        Assert.Equal("A=" + meaning, TestData.Read(Minimal.Replace("[A=1]", $"[\"A={escapes}\"]")).Devices[0].ContainerEdits.Env[0]);

    [Theory]
    [Requirement("CDI-18")]
    [InlineData("\\uD83D")]
    [InlineData("\\uDE00")]
    [InlineData("\\uDE00\\uD83D")]
    [InlineData("\\uD83D\\u0041")]
    public void Half_of_a_surrogate_pair_is_an_error(string escape)
    {
        string json = $"{{\"cdiVersion\":\"0.3.0\",\"kind\":\"a/b\",\"devices\":[{{\"name\":\"d\",\"containerEdits\":{{\"env\":[\"A={escape}\"]}}}}]}}";
        Assert.Equal(CdiErrorReason.Syntax, Assert.Throws<CdiException>(() => TestData.Read(json)).Reason);
        Assert.Equal(CdiErrorReason.Syntax, Assert.Throws<CdiException>(() => TestData.Read("# as YAML\n" + json)).Reason);
    }

    [Theory]
    [Requirement("CDI-19")]
    [InlineData("kind: a\nkind: b\n")]
    [InlineData("{\"kind\":\"a\",\"kind\":\"b\"}")]
    [InlineData("annotations: {a: 1, a: 2}\n")]
    [InlineData("containerEdits: &x {env: [A=1]}\ndevices: [{containerEdits: {<<: *x, env: [B=1]}}]\n")]
    [InlineData("annotations: {1: a, '1': b}\n")]
    public void A_repeated_key_is_an_error(string text) =>
        Assert.Contains("already set in map", Assert.Throws<CdiException>(() => TestData.Read(text)).Message, StringComparison.Ordinal);

    [Theory]
    [Requirement("CDI-20")]
    [InlineData("kind: &a [*a]\n")]
    [InlineData("kind: *b\n")]
    public void An_alias_needs_a_finished_anchor(string text) => Assert.Throws<CdiException>(() => TestData.Read(text));

    [Fact]
    [Requirement("CDI-20")]
    public void Depth_and_expansion_are_bounded()
    {
        foreach (string open in new[] { "[", "{\"a\":", "- ", "? ", "a: {" })
            Assert.Throws<CdiException>(() => TestData.Read(string.Concat(Enumerable.Repeat(open, 100_000))));
        // Few aliases are fine, however large their share is.
        string few = "x: &x " + Minimal;
        Assert.Throws<CdiException>(() => TestData.Read(few));
        var budget = new AliasBudget();
        for (int i = 0; i < 500_000; i++)
            budget.Visit();
        Assert.True(budget.Alias(400_000));
        Assert.False(budget.Alias(40_000_000));
    }

    [Theory]
    [Requirement("CDI-11", "CDI-28")]
    [InlineData("unknown: 1\n")]
    [InlineData("devices: [{names: x}]\n")]
    [InlineData("containerEdits: {intelRdt: {enableCMT: true}}\n")]
    [InlineData("containerEdits: {intelRdt: {enableMBM: true}}\n")]
    public void An_unknown_member_is_an_error(string text) =>
        Assert.Contains("unknown field", Assert.Throws<CdiException>(() => TestData.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    [Requirement("CDI-10", "CDI-29")]
    public void Members_match_in_any_case()
    {
        CdiSpec spec = TestData.Read("CDIVERSION: 0.7.0\nkind: a/b\ndevices: [{name: d, containerEdits: {additionalGIDs: [5]}}]\n");
        Assert.Equal([5u], spec.Devices[0].ContainerEdits.AdditionalGids);
        Assert.Contains("additionalGids:", TestData.Yaml(spec), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-29")]
    public void Of_several_spellings_the_last_in_byte_order_counts_with_a_warning()
    {
        CdiDocument document = CdiSpecReader.Parse("kind: a/lower\nKIND: a/upper\nKind: a/mixed\n"u8, "x");
        Assert.Equal("a/lower", document.Spec!.Kind);
        Assert.Equal(2, document.Warnings.Count);
        Assert.Equal((3, 1), (document.Warnings[0].Line, document.Warnings[0].Column));
    }

    [Theory]
    [Requirement("CDI-30")]
    [InlineData("kind: [a]\n")]
    [InlineData("devices: x\n")]
    [InlineData("devices: [x]\n")]
    [InlineData("annotations: {a: []}\n")]
    [InlineData("containerEdits: 5\n")]
    public void The_kind_of_a_value_must_fit(string text) =>
        Assert.Contains("cannot unmarshal", Assert.Throws<CdiException>(() => TestData.Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    [Requirement("CDI-31")]
    public void An_error_names_file_line_column_and_member()
    {
        const string text =
            "cdiVersion: 0.3.0\nkind: a/b\ndevices:\n- name: a\n  containerEdits:\n    mounts:\n    - hostPath: [x]\n      containerPath: /y\n      odd: 1\n";
        CdiException error = Assert.Throws<CdiException>(() => CdiSpecReader.Read(Encoding.UTF8.GetBytes(text), "/etc/cdi/x.yaml"));
        Assert.Equal(2, error.Problems.Count);
        Assert.Contains(
            "/etc/cdi/x.yaml:7:17: devices[0].containerEdits.mounts[0].hostPath: cannot unmarshal list into a string", error.Message, StringComparison.Ordinal);
        Assert.Contains("/etc/cdi/x.yaml:9:7: devices[0].containerEdits.mounts[0]: unknown field \"odd\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-12")]
    public void What_only_the_documentation_forbids_is_read()
    {
        CdiSpec spec = TestData.Read($"cdiVersion: 0.3.0\nkind: {new string('v', 70)}/{new string('c', 260)}\ndevices: [{{name: d, containerEdits: {{"
            + "hooks: [{hookName: prestart, path: rel/hook, timeout: -3}], deviceNodes: [{path: rel}], mounts: [{hostPath: a, containerPath: b}]}}]\n");
        Assert.Equal(-3, spec.Devices[0].ContainerEdits.Hooks[0].Timeout);
    }

    [Fact]
    [Requirement("CDI-7")]
    public void The_extension_does_not_matter_for_reading()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal("a/b", CdiSpecFile.Read(folder.Write("x.json", Minimal)).Kind);
        Assert.Equal("a/b", CdiSpecFile.Read(folder.Write("x.yaml", TestData.Json(TestData.Read(Minimal)))).Kind);
    }

    [Fact]
    [Requirement("CDI-196")]
    public void Nullable_members_keep_absent_and_zero_apart()
    {
        CdiSpec spec = TestData.Read(
            "cdiVersion: 1.1.0\nkind: a/b\ndevices: [{name: d, containerEdits: {deviceNodes: [{path: /a, uid: 0, gid: 0, fileMode: 0}, {path: /b}], "
            + "hooks: [{hookName: prestart, path: /h, timeout: 0}, {hookName: prestart, path: /h}], intelRdt: {schemata: []}}}]\n");
        ContainerEdits edits = spec.Devices[0].ContainerEdits;
        Assert.Equal((0u, 0u, UnixFileMode.None), (edits.DeviceNodes[0].Uid, edits.DeviceNodes[0].Gid, edits.DeviceNodes[0].FileMode));
        Assert.Equal((null, null, null), (edits.DeviceNodes[1].Uid, edits.DeviceNodes[1].Gid, edits.DeviceNodes[1].FileMode));
        Assert.Equal((0, null), (edits.Hooks[0].Timeout, edits.Hooks[1].Timeout));
        Assert.NotNull(edits.IntelRdt!.Schemata);
    }
}
