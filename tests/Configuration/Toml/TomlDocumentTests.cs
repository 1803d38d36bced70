using GpuContainers.Configuration.Toml;

namespace GpuContainers.Configuration.Tests.Toml;

public sealed class TomlDocumentTests
{
    private const string Containerd =
        """
        # site configuration
        version = 2   # keep
        root = '/var/lib/containerd'

        [plugins]
          # the CRI plugin
          [plugins."io.containerd.grpc.v1.cri"]
            sandbox_image = "pause:3.9"
            [plugins."io.containerd.grpc.v1.cri".containerd]
              default_runtime_name = "runc"  # or crun
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
                runtime_type = "io.containerd.runc.v2"
                [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                  SystemdCgroup = true
          [plugins."io.containerd.internal.v1.opt"]
            path = "/opt"

        [timeouts]
          "io.containerd.timeout.bolt.open" = 0x10

        """;

    private static readonly string[] s_runtimes = ["plugins", "io.containerd.grpc.v1.cri", "containerd", "runtimes"];

    private static string Edit(string text, Action<TomlDocument> edit)
    {
        TomlDocument document = TomlDocument.Parse(text);
        edit(document);
        Assert.True(document.Root.SameAs(TomlDocument.Parse(document.ToString()).Root));
        return document.ToString();
    }

    private static TomlTable Table(params (string Name, TomlValue Value)[] entries)
    {
        var table = new TomlTable();
        foreach ((string name, TomlValue value) in entries)
            table.Set(name, value);
        return table;
    }

    [Fact]
    [Requirement("CT-48")]
    public void An_equal_value_leaves_the_text_alone()
    {
        TomlDocument document = TomlDocument.Parse(Containerd);
        document.Set(["root"], new TomlString("/var/lib/containerd"));
        document.Set(["timeouts", "io.containerd.timeout.bolt.open"], new TomlScalar(TomlScalarKind.Integer, "16"));
        document.Set(["plugins", "io.containerd.internal.v1.opt"], Table(("path", new TomlString("/opt"))));
        Assert.Equal(Containerd, document.ToString());
    }

    [Fact]
    [Requirement("CT-48")]
    public void One_value_changes_one_place() => Assert.Equal(
        Containerd.Replace("\"runc\"  # or crun", "\"nvidia\"  # or crun"),
        Edit(Containerd, document => document.Set([.. s_runtimes[..3], "default_runtime_name"], new TomlString("nvidia"))));

    [Fact]
    [Requirement("CT-48")]
    public void A_new_table_takes_the_indentation_of_its_neighbours()
    {
        TomlTable runtime = Table(
            ("runtime_type", new TomlString("io.containerd.runc.v2")),
            ("options", Table(("BinaryName", new TomlString("/usr/bin/nvidia-container-runtime")))));
        const string added =
            """
                  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia]
                    runtime_type = "io.containerd.runc.v2"
                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia.options]
                      BinaryName = "/usr/bin/nvidia-container-runtime"

            """;
        Assert.Equal(
            Containerd.Replace("SystemdCgroup = true\n", "SystemdCgroup = true\n" + added),
            Edit(Containerd, document => document.Set([.. s_runtimes, "nvidia"], runtime)));
    }

    [Fact]
    [Requirement("CT-49")]
    public void Sets_that_are_repeated_change_nothing_more()
    {
        TomlTable runtime = Table(("a", new TomlBoolean(true)), ("options", Table(("b", new TomlString("x")))));
        string once = Edit(Containerd, document => document.Set([.. s_runtimes, "nvidia"], runtime));
        Assert.Equal(once, Edit(once, document => document.Set([.. s_runtimes, "nvidia"], runtime)));
    }

    [Theory]
    [Requirement("CT-48")]
    [InlineData("a = 1\nc = 2\n", "b", "a = 1\nc = 2\nb = true\n")]
    [InlineData("c = 1\na = 2 # x\n[t]\n", "b", "c = 1\na = 2 # x\nb = true\n[t]\n")]
    [InlineData("", "b", "b = true\n")]
    [InlineData("# all\n", "b", "# all\nb = true\n")]
    [InlineData("# all\n\n# of t\n[t]\nx = 1", "b", "# all\n\nb = true\n\n# of t\n[t]\nx = 1")]
    [InlineData("# all\n[t]\nx = 1", "b", "b = true\n\n# all\n[t]\nx = 1")]
    [InlineData("a = 1", "b", "a = 1\nb = true\n")]
    [InlineData("a = 1\r\n[t]\r\n", "b", "a = 1\r\nb = true\r\n[t]\r\n")]
    [InlineData("[t]\n  x = 1\n\n# tail\n", "t.y", "[t]\n  x = 1\n  y = true\n\n# tail\n")]
    [InlineData("[t] # c\n[u]\n  x = 1\n", "t.y", "[t] # c\n  y = true\n[u]\n  x = 1\n")]
    [InlineData("t = { x = 1 } # c\n", "t.y", "t = { x = 1, y = true } # c\n")]
    [InlineData("t = {}\n", "t.y", "t = { y = true }\n")]
    [InlineData("t = {}\n", "t.y.z", "t = { y = { z = true } }\n")]
    [InlineData("t.x = 1\nq = 2\n", "t.y", "t.x = 1\nt.y = true\nq = 2\n")]
    [InlineData("[r]\n  t.x = 1\n", "r.t.y.z", "[r]\n  t.x = 1\n  t.y.z = true\n")]
    [InlineData("t.x.w = 1\n", "t.y", "t.x.w = 1\nt.y = true\n")]
    [InlineData("q = { t.x = 1 }\n", "q.t.y", "q = { t.x = 1, t.y = true }\n")]
    [InlineData("[a.b]\nx = 1\n", "a.y", "[a]\ny = true\n\n[a.b]\nx = 1\n")]
    [InlineData("[[a]]\nx = 1\n", "b.y", "[[a]]\nx = 1\n\n[b]\ny = true\n")]
    [InlineData("[a]\nx = 1\n# of a\n\n# of c\n[c]\n", "a.b.y", "[a]\nx = 1\n# of a\n\n[a.b]\ny = true\n\n# of c\n[c]\n")]
    [InlineData("k = 1\n\n[b]\n\n[d]\n", "a.y", "k = 1\n\n[b]\n\n[d]\n\n[a]\ny = true\n")]
    [InlineData("k = 1\n\n[b]\n\n[d]\n", "c.y", "k = 1\n\n[b]\n\n[d]\n\n[c]\ny = true\n")]
    [InlineData("k = 1\n\n[b]\n\n[d]\n", "e.y", "k = 1\n\n[b]\n\n[d]\n\n[e]\ny = true\n")]
    [InlineData("\"x y\" = 1\n", "p q.é", "\"x y\" = 1\n\n[\"p q\"]\n  \"é\" = true\n")]
    public void A_new_key_joins_its_table(string text, string path, string expected) =>
        Assert.Equal(expected, Edit(text, document => document.Set(path.Split('.'), new TomlBoolean(true))));

    [Theory]
    [InlineData("a = 1 # x\nb = 2\n", "a", "b = 2\n")]
    [InlineData("t = { a = 1, b = 2 }\n", "t.a", "t = { b = 2 }\n")]
    [InlineData("t = { a = 1, b = 2 }\n", "t.b", "t = { a = 1 }\n")]
    [InlineData("t = { a = 1 }\n", "t.a", "t = {  }\n")]
    [InlineData("[t]\nx = 1\n\n[t.u]\ny = 1\n# tail\n\n# of v\n[v]\n", "t", "# of v\n[v]\n")]
    [InlineData("a = 1\n\n[[t]]\nx = 1\n\n[[t]]\nx = 2\n\n[v]\n", "t", "a = 1\n\n[v]\n")]
    [InlineData("t.a = 1\nb = 2\nt.c.d = 3\n", "t", "b = 2\n")]
    [InlineData("a = [\n 1,\n 2,\n]\nb = 2\n", "a", "b = 2\n")]
    public void Removal_takes_lines_and_sections_but_nothing_else(string text, string path, string expected) =>
        Assert.Equal(expected, Edit(text, document => document.Remove(path.Split('.'))));

    [Theory]
    [Requirement("CT-83")]
    [InlineData("i = []\n", "i = [\"n\"]\n")]
    [InlineData("i = ['a'] # c\n", "i = ['a', \"n\"] # c\n")]
    [InlineData("i = ['a', ]\n", "i = ['a', \"n\", ]\n")]
    [InlineData("i = [\n  'a', # one\n  'b' # two\n]\n", "i = [\n  'a', # one\n  'b', # two\n  \"n\"\n]\n")]
    [InlineData("i = [\n\t'a',\n\t# none\n]\n", "i = [\n\t'a',\n\t\"n\",\n\t# none\n]\n")]
    [InlineData("x = 1\n", "x = 1\ni = [\"n\"]\n")]
    public void An_array_grows_in_its_own_layout(string text, string expected) =>
        Assert.Equal(expected, Edit(text, document => document.Append(["i"], new TomlString("n"))));

    [Fact]
    [Requirement("CT-78", "CT-83")]
    public void Wrong_types_on_the_way_are_refused_with_their_place()
    {
        const string text = "x = 1\n[a]\n b = 'text'\n";
        TomlDocument document = TomlDocument.Parse(text);
        Assert.Equal(
            "(3, 2): a.b must be a table, but is string text; make it a table or remove it",
            Assert.Throws<ConfigurationException>(() => document.Set(["a", "b", "c", "d"], new TomlBoolean(true))).Message);
        Assert.Equal(
            "(1, 1): x must be an array, but is int64 1; make it an array or remove it",
            Assert.Throws<ConfigurationException>(() => document.Append(["x"], new TomlString("y"))).Message);
        Assert.Equal(text, document.ToString());
    }

    [Fact]
    [Requirement("CF-10")]
    public void A_byte_order_mark_stays()
    {
        TomlDocument document = TomlDocument.Parse([.. "\uFEFFa = 1\n"u8]);
        document.Set(["a"], new TomlBoolean(true));
        Assert.Equal([.. "\uFEFFa = true\n"u8], document.ToBytes());
    }

    [Fact]
    [Requirement("CT-75")]
    public void A_table_as_value_removes_what_it_does_not_hold()
    {
        const string text = "[r]\n# first\na = 1 # stays\nb = 2\n\n[r.o]\nx = 1\n\n[r.p]\ny = 1\n";
        TomlTable wanted = Table(("a", new TomlScalar(TomlScalarKind.Integer, "1")), ("p", Table(("y", new TomlString("z")))));
        Assert.Equal("[r]\n# first\na = 1 # stays\n\n[r.p]\ny = \"z\"\n", Edit(text, document => document.Set(["r"], wanted)));
    }
}
