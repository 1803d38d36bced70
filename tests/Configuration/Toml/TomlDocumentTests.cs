namespace GpuContainers.Configuration.Tests;

public sealed class TomlDocumentTests
{
    private const string Containerd = """
        # /etc/containerd/config.toml
        version = 2   # keep
        imports = ["/etc/containerd/other/*.toml"]

        [plugins."io.containerd.grpc.v1.cri"]
          sandbox_image = 'registry.k8s.io/pause:3.9'
          # enable_cdi = false

          [plugins."io.containerd.grpc.v1.cri".containerd]
            default_runtime_name = "runc"

            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
              runtime_type = "io.containerd.runc.v2"
              [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
                SystemdCgroup = true

        # the end
        [timeouts]
          "io.containerd.timeout.bolt.open" = "0s"

        """;

    private static readonly string[] s_cri = ["plugins", "io.containerd.grpc.v1.cri"];

    [Fact]
    public void Nothing_changes_when_nothing_is_edited() =>
        Assert.Equal("\uFEFF" + Containerd, System.Text.Encoding.UTF8.GetString(TomlDocument.Parse(System.Text.Encoding.UTF8.GetBytes("\uFEFF" + Containerd)).ToBytes()));

    [Fact]
    public void Setting_what_is_there_changes_no_byte_CT_48()
    {
        TomlDocument document = TomlDocument.Parse(Containerd);
        document.Set([.. s_cri, "sandbox_image"], new TomlString("registry.k8s.io/pause:3.9"));
        document.Update((TomlTable)document.Root.Copy());
        Assert.Equal(Containerd, document.ToString());
    }

    [Fact]
    public void A_value_is_replaced_alone_CT_48()
    {
        TomlDocument document = TomlDocument.Parse(Containerd);
        document.Set(["version"], new TomlScalar(TomlScalarKind.Integer, "3"));
        Assert.Equal(Containerd.Replace("version = 2   # keep", "version = 3   # keep", StringComparison.Ordinal), document.ToString());
    }

    [Fact]
    public void A_new_key_stands_behind_the_last_of_its_table_CT_48()
    {
        TomlDocument document = TomlDocument.Parse(Containerd);
        document.Set([.. s_cri, "enable_cdi"], new TomlBoolean(true));
        Assert.Equal(Containerd.Replace("pause:3.9'\n", "pause:3.9'\n  enable_cdi = true\n", StringComparison.Ordinal), document.ToString());
    }

    [Fact]
    public void A_new_table_looks_like_its_neighbours_CT_48()
    {
        TomlDocument document = TomlDocument.Parse(Containerd);
        var table = (TomlTable)document.Get([.. s_cri, "containerd", "runtimes", "runc"])!.Copy();
        table.Descend("options").Set("BinaryName", new TomlString("/usr/bin/nvidia-container-runtime"));
        document.Set([.. s_cri, "containerd", "runtimes", "nvidia"], table);
        Assert.Equal(
            Containerd.Replace(
                "SystemdCgroup = true\n",
                """
                SystemdCgroup = true

                    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia]
                      runtime_type = "io.containerd.runc.v2"

                      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.nvidia.options]
                        SystemdCgroup = true
                        BinaryName = "/usr/bin/nvidia-container-runtime"

                """,
                StringComparison.Ordinal),
            document.ToString());
        document.Remove([.. s_cri, "containerd", "runtimes", "nvidia"]);
        Assert.Equal(Containerd, document.ToString());
    }

    [Theory]
    [InlineData("a = []\n", "a = [\"x\"]\n")]
    [InlineData("a = [ \"1\" ] # c\n", "a = [ \"1\", \"x\" ] # c\n")]
    [InlineData("a = [\n  \"1\", # one\n  \"2\", # two\n]\n", "a = [\n  \"1\", # one\n  \"2\", # two\n  \"x\",\n]\n")]
    [InlineData("a = [\n  \"1\",\n  \"2\" # two\n]\n", "a = [\n  \"1\",\n  \"2\", # two\n  \"x\"\n]\n")]
    [InlineData("a = [\n  \"1\",\n  \"2\"]\n", "a = [\n  \"1\",\n  \"2\",\n  \"x\"]\n")]
    [InlineData("a = [\n  # none\n]\n", "a = [\n  # none\n  \"x\"\n]\n")]
    [InlineData("b = 1", "b = 1\na = [\"x\"]\n")]
    public void An_array_grows_in_its_own_style(string before, string after)
    {
        TomlDocument document = TomlDocument.Parse(before);
        document.Append(["a"], new TomlString("x"));
        Assert.Equal(after, document.ToString());
    }

    [Theory]
    [InlineData("", "k = 1\n")]
    [InlineData("# head\n", "# head\nk = 1\n")]
    [InlineData("# head\n\n# about a\n[a]\nx = 1\n", "# head\n\nk = 1\n\n# about a\n[a]\nx = 1\n")]
    [InlineData("[a]\nx = 1\n", "k = 1\n\n[a]\nx = 1\n")]
    [InlineData("v = 2 # v\r\n\r\n[a]\r\n", "v = 2 # v\r\nk = 1\r\n\r\n[a]\r\n")]
    public void A_root_key_stands_before_the_first_table(string before, string after)
    {
        TomlDocument document = TomlDocument.Parse(before);
        document.Set(["k"], new TomlScalar(TomlScalarKind.Integer, "1"));
        Assert.Equal(after, document.ToString());
    }

    [Theory]
    [InlineData("a = { x = 1 }\n", "a = { x = 1, n = { k = true } }\n")]
    [InlineData("a = {}\n", "a = { n = { k = true } }\n")]
    [InlineData("a.x = 1\nb = 2\n", "a.x = 1\na.n.k = true\nb = 2\n")]
    [InlineData("[a]\n[b]\n", "[a]\n[a.n]\nk = true\n[b]\n")]
    [InlineData("[a.m]\nk = 1\n", "[a.m]\nk = 1\n\n[a.n]\nk = true\n")]
    [InlineData("a = { b.c = 1 }\n", "a = { b.c = 1, n = { k = true } }\n")]
    public void Inline_and_dotted_tables_grow_in_their_own_style(string before, string after)
    {
        TomlDocument document = TomlDocument.Parse(before);
        document.Set(["a", "n", "k"], new TomlBoolean(true));
        Assert.Equal(after, document.ToString());
    }

    [Fact]
    public void A_key_of_a_table_that_only_others_imply_gets_a_header()
    {
        TomlDocument document = TomlDocument.Parse("[a.b.c]\n  k = 1\n");
        document.Set(["a", "b", "d"], new TomlBoolean(true));
        Assert.Equal("[a.b]\n  d = true\n\n[a.b.c]\n  k = 1\n", document.ToString());
    }

    [Theory]
    [InlineData("a = 1\n")]
    [InlineData("[[a]]\nx = 1\n")]
    public void What_is_no_table_is_named_with_its_place_CT_78(string text)
    {
        TomlDocument document = TomlDocument.Parse(text);
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => document.Set(["a", "b"], new TomlBoolean(true)));
        Assert.Equal(ConfigurationFailure.Type, error.Reason);
        Assert.StartsWith("(1, ", error.Message, StringComparison.Ordinal);
        Assert.Contains("a must be a table", error.Message, StringComparison.Ordinal);
        Assert.Equal(text, document.ToString());
    }

    [Fact]
    public void All_faults_are_named_with_line_and_column_CT_45()
    {
        ConfigurationException error = Assert.Throws<ConfigurationException>(() => TomlDocument.Parse("ok = 1\na=1\na=2\nb = \n"));
        Assert.Matches(@"^\(\d+, \d+\): ", error.Message);
        Assert.Contains("(4, ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_local_date_at_the_end_of_a_line_is_accepted_CT_45() =>
        Assert.Equal("1979-05-27", TomlDocument.Parse("d = 1979-05-27\n").Root["d"]!.ToString());

    [Theory]
    [InlineData("a = { x = 1, y = 2, z = 3 }\n", "y", "a = { x = 1, z = 3 }\n")]
    [InlineData("a = { x = 1, y = 2 }\n", "y", "a = { x = 1 }\n")]
    [InlineData("a = { y = 2 }\nb=1\n", "y", "a = {  }\nb=1\n")]
    [InlineData("[a]\nx = 1\ny = [\n 1,\n 2\n] # y\nz = 1\n", "y", "[a]\nx = 1\nz = 1\n")]
    [InlineData("[a]\nx = 1\n\n[a.y]\nq = 1\n\n[a.y.z]\nq = 1\n\n# b\n[b]\n", "y", "[a]\nx = 1\n\n# b\n[b]\n")]
    [InlineData("[a]\ny.p = 1\ny.q = 2\nx = 1\n", "y", "[a]\nx = 1\n")]
    public void Removing_takes_the_whole_and_nothing_else(string before, string name, string after)
    {
        TomlDocument document = TomlDocument.Parse(before);
        document.Remove("a", name);
        Assert.Equal(after, document.ToString());
    }
}
