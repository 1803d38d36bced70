using System.Text;
using GpuContainers.Configuration.Toml;
using GpuContainers.Engines.Containerd;
using GpuContainers.Engines.Sources;

namespace GpuContainers.Engines.Tests;

public sealed class ContainerdConfigTests : IDisposable
{
    private const string V2 = "plugins.\"io.containerd.grpc.v1.cri\"";

    private readonly EngineFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private ContainerdConfig Load(string text) => ContainerdConfig.Load(_folder.With(text).WithDropIn);

    private ContainerdConfig LoadInFile(string text) => ContainerdConfig.Load(_folder.With(text).InFile);

    private static string Added(ContainerdConfig config, bool asDefault = false)
    {
        config.AddRuntime("nvidia", "/n", asDefault);
        return EngineFolder.Text(config)!;
    }

    [Theory]
    [Requirement("CT-70", "CT-72", "CT-81", "CT-95")]
    [InlineData("", "2", "io.containerd.grpc.v1.cri")]
    [InlineData("# nothing\n", "2", "io.containerd.grpc.v1.cri")]
    [InlineData("root = \"/x\"\n", "1", "cri")]
    [InlineData("version = 1\n", "1", "cri")]
    [InlineData("version = 2\n", "2", "io.containerd.grpc.v1.cri")]
    [InlineData("version = 3\n", "3", "io.containerd.cri.v1.runtime")]
    [InlineData("version = 0\n", "0", "io.containerd.cri.v1.runtime")]
    [InlineData("version = 4\n", "4", "io.containerd.cri.v1.runtime")]
    public void The_version_decides_on_the_plugin(string text, string version, string plugin)
    {
        string written = Added(Load(text));
        Assert.Contains($"version = {version}\n", written, StringComparison.Ordinal);
        string key = plugin == "cri" ? plugin : $"\"{plugin}\"";
        Assert.Contains($"[plugins.{key}.containerd.runtimes.nvidia.options]\n", written, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CT-73")]
    [InlineData("kata", "/kata")]
    [InlineData("none", "/runc")]
    [InlineData("", "/runc")]
    [InlineData("nvidia", "/runc")]
    [InlineData("nvidia-x", "/runc")]
    public void Options_come_from_the_default_then_runc_then_crun(string byDefault, string root)
    {
        string runtimes = string.Concat(
            ((string[])["crun", "runc", "kata", "nvidia", "nvidia-x"]).Select(name => $"[{V2}.containerd.runtimes.{name}]\nruntime_root = \"/{name}\"\n"));
        string written = Added(Load($"version = 2\n[{V2}.containerd]\ndefault_runtime_name = \"{byDefault}\"\n{runtimes}"));
        Assert.Contains($".runtimes.nvidia]\n          runtime_root = \"{root}\"\n", written, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-49")]
    public void A_second_run_finds_the_options_of_the_default_that_it_hides()
    {
        string text =
            $"version = 2\n[{V2}.containerd]\ndefault_runtime_name = \"kata\"\n[{V2}.containerd.runtimes.kata]\nruntime_root = " +
            $"\"/kata\"\n[{V2}.containerd.runtimes.runc]\nruntime_root = \"/runc\"\n";
        string once = Added(LoadInFile(text), asDefault: true);
        Assert.Contains($"[{V2}.containerd.runtimes.nvidia]\nruntime_root = \"/kata\"\n", once, StringComparison.Ordinal);
        Assert.Equal(once, Added(LoadInFile(once), asDefault: true));
        // The same through what containerd says, which holds the drop-in's settings too.
        var merged = new SourceText("containerd config dump", Encoding.UTF8.GetBytes(once));
        string dropIn = Added(ContainerdConfig.Load(_folder.WithDropIn with { Source = merged }), asDefault: true);
        Assert.Equal(2, dropIn.Split("runtime_root = \"/kata\"").Length - 1);
        // Another executable is another runtime.
        ContainerdConfig other = LoadInFile(once);
        other.AddRuntime("nvidia", "/other", asDefault: true);
        Assert.Contains($"[{V2}.containerd.runtimes.nvidia]\nruntime_root = \"/runc\"\n", EngineFolder.Text(other), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-74")]
    public void Without_any_runtime_the_usual_options_are_taken()
    {
        string written = Added(Load("version = 2\n"));
        Assert.Contains(
            ".runtimes.nvidia]\n          privileged_without_host_devices = false\n          runtime_engine = \"\"\n          runtime_root = \"\"\n         " +
            " runtime_type = \"io.containerd.runc.v2\"\n", written, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-75")]
    public void An_earlier_runtime_of_the_name_is_replaced()
    {
        string text =
            $"version = 2\n[{V2}.containerd.runtimes.nvidia]\nold = 1\n[{V2}.containerd.runtimes.runc]\nruntime_type = \"\"\ncontainer_annotations = " +
            "[\"a\", \"cdi*\"]\n";
        EngineRequest request = _folder.With(text).WithDropIn with { ContainerAnnotations = ["cdi*", "x*"], RuntimeType = "io.test.v9" };
        ContainerdConfig config = ContainerdConfig.Load(request);
        string written = Added(config);
        Assert.DoesNotContain("old", written, StringComparison.Ordinal);
        // In front, and none twice (IN-57, IN-58).
        Assert.Contains("container_annotations = [\"cdi*\", \"x*\", \"a\"]\n          runtime_type = \"io.test.v9\"\n", written, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CT-76")]
    [InlineData("nvidia", false, null)]
    [InlineData("kata", false, "kata")]
    [InlineData("kata", true, "nvidia")]
    public void Only_our_own_default_is_taken_away(string before, bool asDefault, string? after)
    {
        string written = Added(LoadInFile($"version = 2\n[{V2}.containerd]\ndefault_runtime_name = \"{before}\"\n"), asDefault);
        Assert.Equal(after is null ? 0 : 1, written.Split("default_runtime_name").Length - 1);
        if (after is not null)
            Assert.Contains($"default_runtime_name = \"{after}\"\n", written, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-77", "CT-96")]
    public void CDI_is_the_plugins_switch_and_left_alone_unless_asked_for()
    {
        ContainerdConfig config = Load($"version = 2\n[{V2}]\nenable_cdi = false\n");
        Assert.Contains("    enable_cdi = false\n", Added(config), StringComparison.Ordinal);
        config.EnableCdi();
        Assert.Contains("    enable_cdi = true\n", EngineFolder.Text(config), StringComparison.Ordinal);
        ContainerdConfig first = LoadInFile("version = 1\n");
        first.EnableCdi();
        string written = EngineFolder.Text(first)!;
        Assert.Equal(2, written.Split("enable_cdi = true\n").Length - 1);
        Assert.Contains("[plugins.cri.containerd]", written, StringComparison.Ordinal);
        Assert.Contains("[plugins.cri]", written, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-46", "CT-80")]
    public void The_drop_in_holds_the_whole_plugin_and_nothing_else()
    {
        string written = Added(Load($"version = 2\nroot = \"/x\"\n[{V2}]\nz = 0x10\na = 1e10\n[{V2}.registry]\n[{V2}.x]\n[[{V2}.x.list]]\nk = 'v'\n"));
        Assert.Equal(
            "version = 2\n\n[plugins]\n\n  [plugins.\"io.containerd.grpc.v1.cri\"]\n    a = 10000000000.0\n    z = 16\n\n    " +
                "[plugins.\"io.containerd.grpc.v1.cri\".containerd]\n\n",
            written[..written.IndexOf("      [plugins", StringComparison.Ordinal)]);
        Assert.Contains(
            "    [plugins.\"io.containerd.grpc.v1.cri\".registry]\n\n    [plugins.\"io.containerd.grpc.v1.cri\".x]\n\n      " +
            "[[plugins.\"io.containerd.grpc.v1.cri\".x.list]]\n        k = \"v\"\n", written, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-85", "CT-86")]
    public void Imports_and_earlier_drop_ins_are_not_read()
    {
        Directory.CreateDirectory(_folder.Path + "/conf.d");
        File.WriteAllText(_folder.DropIn,
            $"version = 2\n[{V2}]\nenable_cdi = true\n[{V2}.containerd]\ndefault_runtime_name = \"nvidia\"\n[{V2}.containerd.runtimes.runc]\nx = 1\n");
        string written = Added(Load($"version = 2\nimports = [\"{_folder.Path}/conf.d/*.toml\"]\n"));
        foreach (string word in (string[])["enable_cdi", "default_runtime_name", "x = 1"])
            Assert.DoesNotContain(word, written, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-89")]
    public void Without_a_drop_in_the_top_level_file_gets_the_runtime_and_no_import()
    {
        ContainerdConfig config = LoadInFile("version = 3\n# mine\n");
        Assert.DoesNotContain("imports", Added(config), StringComparison.Ordinal);
        Assert.StartsWith("version = 3\n# mine\n", EngineFolder.Text(config));
        Assert.Single(config.Changes());
    }

    [Fact]
    [Requirement("CT-84", "CT-89")]
    public void A_source_of_another_version_does_not_decide_on_the_top_level_files_keys()
    {
        var source = new SourceText(
            "containerd config dump", "version = 3\n[plugins.\"io.containerd.cri.v1.runtime\".containerd.runtimes.runc]\nx = 1\n"u8.ToArray());
        string written = Added(ContainerdConfig.Load(_folder.With("version = 2\n").InFile with { Source = source }));
        Assert.Contains($"[{V2}.containerd.runtimes.nvidia]\n", written, StringComparison.Ordinal);
        Assert.Contains("x = 1\n", written, StringComparison.Ordinal);
        ContainerdConfig dropIn = ContainerdConfig.Load(_folder.WithDropIn with { Source = source });
        Assert.Contains("version = 3\n", Added(dropIn), StringComparison.Ordinal);
        Assert.StartsWith("version = 2\n", EngineFolder.Text(dropIn, 1));
    }

    [Fact]
    [Requirement("CT-97")]
    public void The_legacy_switch_makes_version_1_and_a_default_of_its_own()
    {
        ContainerdConfig config = ContainerdConfig.Load(_folder.With("").InFile with { UseLegacyConfig = true, RuntimeType = "io.containerd.runc.v1" });
        string written = Added(config, asDefault: true);
        Assert.Contains("version = 1\n", written, StringComparison.Ordinal);
        Assert.Contains(
            "[plugins.cri.containerd.default_runtime]\n        privileged_without_host_devices = false\n        runtime_engine = \"\"\n        runtime_root " +
            "= \"\"\n        runtime_type = \"io.containerd.runc.v1\"\n", written, StringComparison.Ordinal);
        Assert.Contains(
            "[plugins.cri.containerd.default_runtime.options]\n          BinaryName = \"/n\"\n          Runtime = \"/n\"\n", written, StringComparison.Ordinal);
        Assert.DoesNotContain("default_runtime_name", written, StringComparison.Ordinal);
        // It goes with the runtime (CT-123).
        config.RemoveRuntime("nvidia");
        Assert.Null(EngineFolder.Text(config));
    }

    // Configured runtimes replace those that containerd 1.x has built in, and without the default one its CRI plugin does not load.
    [Theory]
    [InlineData("", true)]
    [InlineData("version = 2\n", true)]
    [InlineData("version = 1\n", true)]
    [InlineData("version = 2\n[@.containerd]\ndefault_runtime_name = \"\"\n", true)]
    [InlineData("version = 2\n[@.containerd]\ndefault_runtime_name = \"kata\"\n", false)]
    [InlineData("version = 2\n[@.containerd.runtimes.runc]\nruntime_root = \"/x\"\n", false)]
    [InlineData("version = 1\n[plugins.cri.containerd.default_runtime]\nruntime_type = \"x\"\n", false)]
    [InlineData("version = 3\n", false)]
    [InlineData("version = 0\n", false)]
    [Requirement("CT-195")]
    public void The_built_in_runtime_stays_in_files_that_containerd_1_reads(string text, bool isAdded)
    {
        string file = text.Replace("@", V2, StringComparison.Ordinal);
        foreach (ContainerdConfig config in (ContainerdConfig[])[Load(file), LoadInFile(file)])
        {
            config.AddRuntime("nvidia", "/n", asDefault: false);
            config.AddRuntime("nvidia-cdi", "/n.cdi", asDefault: false);
            string written = EngineFolder.Text(config)!;
            string plugin = written.Contains(V2, StringComparison.Ordinal) ? "io.containerd.grpc.v1.cri" : "cri";
            TomlValue? runc = TomlDocument.Parse(written).Root.Find("plugins", plugin, "containerd", "runtimes", "runc");
            Assert.Equal(isAdded, runc is TomlTable { Entries: [{ Name: "runtime_type", Value: TomlString { Value: "io.containerd.runc.v2" } }] });
            // The options of ours were taken before, so they are the usual ones.
            if (isAdded)
                Assert.Equal(2, written.Split("privileged_without_host_devices = false").Length - 1);
        }
    }

    [Fact]
    [Requirement("CT-195")]
    public void A_default_that_has_a_table_needs_no_other()
    {
        Assert.DoesNotContain("runtimes.runc", Added(Load("version = 2\n"), asDefault: true), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-195")]
    public void A_new_default_beside_the_older_key_is_refused_with_both_keys()
    {
        ContainerdConfig config = LoadInFile("version = 1\n[plugins.cri.containerd.default_runtime]\nruntime_type = \"x\"\n");
        EngineException error = Assert.Throws<EngineException>(() => config.AddRuntime("nvidia", "/n", asDefault: true));
        Assert.Contains("(2, ", error.Message, StringComparison.Ordinal);
        Assert.Contains("plugins.cri.containerd.default_runtime is set", error.Message, StringComparison.Ordinal);
        Assert.Contains("plugins.cri.containerd.default_runtime_name", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-121", "CT-122")]
    public void A_removed_runtime_leaves_no_empty_table()
    {
        ContainerdConfig config = Load("");
        Added(config, asDefault: true);
        _folder.Write(config);
        Assert.True(File.Exists(_folder.DropIn));
        ContainerdConfig cleanup = ContainerdConfig.Load(_folder.WithDropIn);
        cleanup.RemoveRuntime("nvidia");
        Assert.Null(_folder.Write(cleanup));
        Assert.False(File.Exists(_folder.DropIn));
    }

    [Fact]
    [Requirement("CT-121", "CT-122")]
    public void What_else_stands_in_the_top_level_file_stays()
    {
        string text =
            $"version = 2\nimports = [\"{_folder.Path}/conf.d/*.toml\", \"/other\"] # both\n\n[{V2}]\nenable_cdi = " +
            $"true\n[{V2}.containerd]\ndefault_runtime_name = \"nvidia\"\n[{V2}.containerd.runtimes.nvidia]\nx = 1\n";
        ContainerdConfig config = Load(text);
        config.RemoveRuntime("nvidia");
        Assert.Equal($"version = 2\nimports = [\"{_folder.Path}/conf.d/*.toml\", \"/other\"] # both\n\n[{V2}]\nenable_cdi = true\n", _folder.Write(config));
    }

    [Theory]
    [Requirement("CT-42", "CT-122")]
    [InlineData("version = 2\nimports = [\"@/conf.d/*.toml\"]\n", null)]
    [InlineData("imports = [\"@/conf.d/*.toml\"]\n", null)]
    [InlineData("version = 2\nimports = [\"@/conf.d/*.toml\", \"/x\"]\n", "version = 2\nimports = [\"@/conf.d/*.toml\", \"/x\"]\n")]
    [InlineData("version = 2\nimports = [\"@/conf.d/*.toml\"]\nroot = \"/x\"\n", "version = 2\nimports = [\"@/conf.d/*.toml\"]\nroot = \"/x\"\n")]
    [InlineData("# mine\nversion = 2\nimports = [\"@/conf.d/*.toml\"]\n", "# mine\n")]
    public void An_empty_drop_in_simplifies_the_top_level_file(string before, string? after)
    {
        Directory.CreateDirectory(_folder.Path + "/conf.d");
        File.WriteAllText(_folder.DropIn, "version = 2\n");
        EngineRequest request = _folder.With(before.Replace("@", _folder.Path, StringComparison.Ordinal)).WithDropIn with
        {
            Source = new SourceText("nothing", null),
        };
        ContainerdConfig config = ContainerdConfig.Load(request);
        config.RemoveRuntime("nvidia");
        Assert.Equal(after?.Replace("@", _folder.Path, StringComparison.Ordinal), _folder.Write(config));
        Assert.False(File.Exists(_folder.DropIn));
    }

    [Fact]
    [Requirement("CT-123")]
    public void Version_1_is_cleaned_in_its_one_document()
    {
        ContainerdConfig config = LoadInFile(
            "version = 1\n[plugins.cri.containerd]\ndefault_runtime_name = \"nvidia\"\n[plugins.cri.containerd.default_runtime.options]\nRuntime = " +
            "\"/n\"\n[plugins.cri.containerd.runtimes.nvidia.options]\nBinaryName = \"/n\"\n[plugins.linux]\nshim = \"x\"\n");
        config.RemoveRuntime("nvidia");
        Assert.Equal("version = 1\n[plugins.linux]\nshim = \"x\"\n", _folder.Write(config));
    }

    [Fact]
    [Requirement("CT-125")]
    public void The_default_is_set_and_unset_but_not_in_version_1()
    {
        ContainerdConfig config = LoadInFile($"version = 2\n[{V2}.containerd]\ndefault_runtime_name = \"kata\"\n");
        config.UpdateDefault("unset", "nvidia");
        Assert.Contains("\"kata\"", EngineFolder.Text(config), StringComparison.Ordinal);
        config.UpdateDefault("set", "nvidia");
        Assert.Contains("default_runtime_name = \"nvidia\"", EngineFolder.Text(config), StringComparison.Ordinal);
        config.UpdateDefault("unset", "nvidia");
        Assert.DoesNotContain("default_runtime_name", EngineFolder.Text(config), StringComparison.Ordinal);
        Assert.Throws<EngineException>(() => LoadInFile("version = 1\n").UpdateDefault("set", "nvidia"));
        Assert.StartsWith("invalid action \"x\"", Assert.Throws<EngineException>(() => config.UpdateDefault("x", "nvidia")).Message);
    }

    [Fact]
    [Requirement("CT-126")]
    public void Low_level_runtimes_are_named_by_their_binaries() =>
        Assert.Equal(
            ["/k", "/c"],
            Load($"version = 2\n[{V2}.containerd]\ndefault_runtime_name = \"kata\"\n[{V2}.containerd.runtimes.kata.options]\nBinaryName = " +
            $"\"/k\"\n[{V2}.containerd.runtimes.runc.options]\nBinaryName = \"\"\n[{V2}.containerd.runtimes.crun.options]\nBinaryName = \"/c\"\n")
            .LowLevelRuntimePaths());

    [Fact]
    [Requirement("CT-127")]
    public void A_folder_of_this_process_is_imported_by_its_path_on_the_host()
    {
        var hosts = new Dictionary<string, string> { [_folder.Path + "/conf.d"] = "/etc/containerd/conf.d" };
        ContainerdConfig config = ContainerdConfig.Load(_folder.With("version = 2\n").WithDropIn with { HostFolders = hosts });
        Added(config);
        Assert.Equal("version = 2\nimports = [\"/etc/containerd/conf.d/*.toml\"]\n", EngineFolder.Text(config, 1));
        ContainerdConfig other = ContainerdConfig.Load(_folder.WithDropIn with { DropInPath = _folder.Path + "/conf.d/sub/x.toml", HostFolders = hosts });
        Added(other);
        Assert.Contains($"[\"{_folder.Path}/conf.d/sub/*.toml\"]", EngineFolder.Text(other, 1), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CT-128")]
    public void The_order_of_several_runtimes_does_not_matter()
    {
        string text = $"version = 2\n[{V2}.containerd]\ndefault_runtime_name = \"kata\"\n[{V2}.containerd.runtimes.kata]\nruntime_root = \"/k\"\n";
        string[] names = ["gpu", "nvidia-cdi", "nvidia-legacy"];
        List<string> results = [];
        foreach (string[] order in (string[][])[names, [.. names.Reverse()]])
        {
            ContainerdConfig config = Load(text);
            foreach (string name in order)
                config.AddRuntime(name, "/" + name, asDefault: name == "gpu");
            results.Add(EngineFolder.Text(config)!);
        }
        Assert.Equal(results[0], results[1]);
        Assert.Equal(4, results[0].Split("runtime_root = \"/k\"").Length - 1);
    }

    [Theory]
    [Requirement("CT-78")]
    [InlineData("[plugins]\nx = 1\n\"io.containerd.grpc.v1.cri\" = 2\n", "(4, 1): plugins.\"io.containerd.grpc.v1.cri\" must be a table, but is int64 2")]
    [InlineData("[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc]\noptions = []\n",
        "(3, 1): plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc.options must be a table, but is array []")]
    public void What_must_be_a_table_and_is_none_is_named(string text, string message)
    {
        EngineException refused = Assert.Throws<EngineException>(() => Added(Load("version = 2\n" + text)));
        Assert.StartsWith(message, refused.Message);
        Assert.EndsWith($"; correct {_folder.Config}", refused.Message);
    }

    [Fact]
    [Requirement("CT-83")]
    public void An_import_that_is_no_string_is_refused()
    {
        ContainerdConfig config = Load("version = 2\nimports = [\"/a\", 1]\n");
        config.AddRuntime("nvidia", "/n", asDefault: false);
        Assert.Equal($"(2, 18): imports must be an array of strings, but has int64 1; make it a string or remove it; correct {_folder.Config}",
            Assert.Throws<EngineException>(config.Changes).Message);
    }
}
