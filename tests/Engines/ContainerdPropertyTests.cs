using CsCheck;
using GpuContainers.Configuration.Toml;
using GpuContainers.Engines.Containerd;
using GpuContainers.Engines.Files;
using GpuContainers.Engines.Sources;

namespace GpuContainers.Engines.Tests;

/// <summary>Files put together at random from what users' files hold, in any order and layout.</summary>
public sealed class ContainerdPropertyTests
{
    private const string V2 = "plugins.\"io.containerd.grpc.v1.cri\"";
    private const string Runtimes = V2 + ".containerd.runtimes";

    private static readonly string[] s_sections =
    [
        "[grpc] # the socket\n  address = '/run/x'\n",
        "[plugins]\n",
        $"  [{V2}]\n    # pause\n    sandbox_image = \"pause:3.9\" # here\n\n    max_container_log_line_size = 1_000\n",
        $"[{V2}.containerd]\ndefault_runtime_name = \"crun\"\nsnapshotter = \"overlayfs\"\n",
        $"    [{Runtimes}]\n",
        $"      [{Runtimes}.runc]\n        runtime_type = 'io.containerd.runc.v2'\n        [{Runtimes}.runc.options]\n          SystemdCgroup = true\n\n",
        $"[{Runtimes}.\"crun\"]\nruntime_root = \"\"\"/run/\\\ncrun\"\"\"\nlimits = {{ cpu = 0x10, \"mem\" = 1e3 }}\n",
        $"[{Runtimes}.nvidia]\n# by hand\nruntime_type = \"old\"\n[{Runtimes}.nvidia.options]\nBinaryName = \"/old\"\n# below\n",
        $"[{V2}.registry.mirrors.'docker.io']\n  endpoint = [\n    \"https://a\", # first\n    'https://b'\n  ]\n",
        "[[stream]]\nid = 1\n\n[[stream]]\nid = 2\n",
        "[plugins.'io.containerd.internal.v1.opt']\n\tpath = \"/opt\"\n",
        "# a last word\n",
    ];

    private static readonly Gen<string> s_text =
        from sections in Gen.Shuffle(s_sections)
        from count in Gen.Int[0, s_sections.Length]
        from root in Choice.Of("", "imports = [\"/a/*.toml\"]\n", "oom_score = -1 # low\n\n", "# top\nroot = '/x'\nd = 1979-05-27\n")
        from lineEnd in Choice.Of("\n", "\r\n")
        from end in Choice.Of("", "\n")
        select (root + "version = 2\n" + string.Concat(sections.Take(count)) + end).Replace("\n", lineEnd, StringComparison.Ordinal);

    [Fact]
    [Requirement("CT-48", "CT-49", "CT-89")]
    public void All_other_settings_and_lines_stay_and_twice_is_once() =>
        Gen.Select(s_text, Gen.Bool, Gen.Bool).Sample((text, asDefault, cdi) =>
        {
            using var folder = new EngineFolder();
            string edited = Configure(folder.With(text).InFile, asDefault, cdi);
            Assert.Equal(Others(text), Others(edited));
            Assert.Equal("/n", TomlSource.Text(
                TomlDocument.Parse(edited).Root, "plugins", "io.containerd.grpc.v1.cri", "containerd", "runtimes", "nvidia", "options", "BinaryName"));
            Assert.Empty(Lost(text, edited));
            Assert.Equal(edited, Configure(folder.With(edited).InFile, asDefault, cdi));
        }, iter: 100);

    [Fact]
    [Requirement("CT-48", "CT-83")]
    public void With_a_drop_in_the_top_level_file_gets_its_import_and_nothing_else() =>
        s_text.Sample(text =>
        {
            using var folder = new EngineFolder();
            ContainerdConfig config = ContainerdConfig.Load(folder.With(text).WithDropIn);
            config.AddRuntime("nvidia", "/n", asDefault: true);
            string edited = folder.Write(config)!;
            TomlTable before = TomlDocument.Parse(text).Root;
            TomlTable after = TomlDocument.Parse(edited).Root;
            before.Remove("imports");
            after.Remove("imports");
            Assert.True(before.SameAs(after));
            Assert.True(edited.Split('\n').Length - text.Split('\n').Length is 0 or 1);
            Assert.Empty(Lost(text, edited));
            ContainerdConfig again = ContainerdConfig.Load(folder.WithDropIn);
            again.AddRuntime("nvidia", "/n", asDefault: true);
            Assert.Empty(new ChangeSet(again.Changes()).Changes);
        }, iter: 80);

    private static string Configure(EngineRequest request, bool asDefault, bool cdi)
    {
        ContainerdConfig config = ContainerdConfig.Load(request);
        config.AddRuntime("nvidia", "/n", asDefault);
        if (cdi)
            config.EnableCdi();
        return EngineFolder.Text(config)!;
    }

    // The content without what the command sets; tables that are empty then do not count.
    private static string Others(string text)
    {
        TomlTable root = TomlDocument.Parse(text).Root;
        if (root.Find("plugins", "io.containerd.grpc.v1.cri") is TomlTable plugin)
        {
            plugin.Remove("enable_cdi");
            (plugin["containerd"] as TomlTable)?.Remove("default_runtime_name");
            (plugin.Find("containerd", "runtimes") as TomlTable)?.Remove("nvidia");
            // What containerd 1.x needs where no runtime was configured before (CT-195).
            if (plugin.Find("containerd", "runtimes", "runc") is TomlTable { Entries: [{ Name: "runtime_type" }] })
                (plugin.Find("containerd", "runtimes") as TomlTable)?.Remove("runc");
        }
        WithoutEmpty(root);
        return TomlText.Document(root);
    }

    private static void WithoutEmpty(TomlTable table)
    {
        foreach (TomlEntry entry in table.Entries.ToList())
        {
            if (entry.Value is not TomlTable below)
                continue;
            WithoutEmpty(below);
            if (below.Entries.Count == 0)
                table.Remove(entry.Name);
        }
    }

    // The lines of the old text that are not in the new one, in their order, but for those of our own settings.
    private static List<string> Lost(string before, string after)
    {
        var rest = new Queue<string>(after.Split('\n'));
        List<string> lost = [];
        foreach (string line in before.Split('\n').Where(line => line.Trim().Length > 0 && !IsGenerated(line)))
        {
            while (rest.TryPeek(out string? next) && next.TrimEnd('\r') != line.TrimEnd('\r'))
                rest.Dequeue();
            if (!rest.TryDequeue(out _))
                lost.Add(line);
        }
        return lost;
    }

    private static bool IsGenerated(string line) =>
        line.Contains("default_runtime_name", StringComparison.Ordinal) || line.Contains("imports", StringComparison.Ordinal)
        || line.Contains("\"old\"", StringComparison.Ordinal) || line.Contains("\"/old\"", StringComparison.Ordinal);
}
