using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Namespaces;
using GpuContainers.Simulator.Tree;

namespace GpuContainers.Simulator.Tests;

/// <summary>Support bundles from strangers: what they may bring, and what they may not.</summary>
public sealed class ImportedRulesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("bundle-");

    private string Bundle => Path.Combine(_folder.FullName, "machine.tar.gz");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    [Requirement("DR-14")]
    public void A_bundle_becomes_a_tree_with_its_texts_nodes_links_and_libraries()
    {
        Write(Host("""
            { "path": "/dev/nvidia0", "kind": "node", "mode": "660", "major": 195, "group": 27 },
            { "path": "/etc/cdi/nvidia.yaml", "kind": "text", "mode": "755" },
            { "path": "/usr/lib64/libcuda.so.1", "kind": "link", "target": "libcuda.so.570.1" },
            { "path": "/usr/lib64/libcuda.so.570.1", "kind": "library", "mode": "755", "size": 90000, "soname": "libcuda.so.1" }
            """), ("files/etc/cdi/nvidia.yaml", "kind: a\n"));
        HostTree tree = HostTreePlan.Make(HostDescriptions.Load(Bundle), static () => []);
        Assert.Equal(4, tree.Entries.Count);
        Assert.Equal(new TreeNode("/dev/nvidia0", 195, 0, (UnixFileMode)0b110_110_000, 27), tree.Entries[0]);
        var text = Assert.IsType<TreeFile>(tree.Entries[1]);
        Assert.Equal("kind: a\n", Encoding.UTF8.GetString(text.Content));
        // What is a text on the other machine never becomes a program on this one.
        Assert.Equal((UnixFileMode)0b110_100_100, text.Mode);
        Assert.Equal(90000, Assert.IsType<TreeFile>(tree.Entries[3]).Size);
    }

    [Theory]
    [Requirement("DR-15")]
    [InlineData("""{ "path": "/etc/cdi/../../root/.bashrc", "kind": "text" }""", "is not an absolute path")]
    [InlineData("""{ "path": "etc/cdi/a", "kind": "text" }""", "is not an absolute path")]
    [InlineData("""{ "path": "/", "kind": "folder" }""", "is not an absolute path")]
    [InlineData("""{ "path": "/etc/ld.so.preload", "kind": "text" }""", "is not a place for a text")]
    [InlineData("""{ "path": "/usr/bin/env", "kind": "text", "mode": "4755" }""", "is not a place for a text")]
    [InlineData("""{ "path": "/proc/sys/kernel/core_pattern", "kind": "text" }""", "is not a place for a text")]
    [InlineData("""{ "path": "/etc/cdi/a.yaml", "kind": "text" }""", "has no text")]
    [InlineData("""{ "path": "/dev/sda", "kind": "node", "major": 8 }""", "is not a device of a GPU")]
    [InlineData("""{ "path": "/dev/nvidia0", "kind": "node", "major": 1, "minor": 1 }""", "is not a device of a GPU (1:1)")]
    [InlineData("""{ "path": "/opt/nvidia0", "kind": "node", "major": 195 }""", "is not a device of a GPU")]
    [InlineData("""{ "path": "/a", "kind": "data", "mode": "rwx" }""", "is not octal")]
    [InlineData("""{ "path": "/a", "kind": "data", "size": -1 }""", "is too big")]
    [InlineData("""{ "path": "/a", "kind": "data", "size": 99999999999999 }""", "is too big")]
    [InlineData("""{ "path": "/a", "kind": "link" }""", "leads nowhere")]
    [InlineData("""{ "path": "/a", "kind": "data" }, { "path": "/a", "kind": "folder" }""", "is there twice")]
    [InlineData("""{ "path": "/a", "kind": "link", "target": "/srv" }, { "path": "/a/b", "kind": "data" }""", "lies below /a, which is not a folder")]
    [InlineData("""{ "path": "/a/b/c", "kind": "data" }, { "path": "/a", "kind": "link", "target": "/" }""", "lies below /a, which is not a folder")]
    public void What_a_stranger_may_not_bring_is_refused_with_its_path(string entries, string problem)
    {
        Write(Host(entries));
        var refused = Assert.Throws<ToolkitException>(() => HostDescriptions.Load(Bundle));
        Assert.StartsWith(Bundle, refused.Message, StringComparison.Ordinal);
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Theory]
    [Requirement("DR-15")]
    [InlineData("""{ "imported": { "form": 2 } }""", "form 2")]
    [InlineData("""{ "imported": { "form": 1, "answers": { "behaviour": "sings" } } }""", "answers.behaviour")]
    [InlineData("""{ "imported": { "form": 1, "answers": { "gpus": [ { "model": "a\ngpu\t9" } ] } } }""", "a tab, a line end or NUL")]
    [InlineData("""{ "imported": { "form": 1, "answers": { "gpus": [ { "computeCapability": "new" } ] } } }""", "computeCapability")]
    [InlineData("""{ "imported": { "form": 1, "commands": [] } }""", "commands")]
    [InlineData("null", "null")]
    public void A_description_that_is_none_is_refused(string host, string problem)
    {
        Write(host);
        Assert.Contains(problem, Assert.Throws<ToolkitException>(() => HostDescriptions.Load(Bundle)).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DR-15")]
    public void A_bundle_that_unpacks_to_too_much_is_refused_before_it_is_looked_at()
    {
        using (FileStream file = File.Create(Bundle))
        using (var compressed = new GZipStream(file, CompressionLevel.Fastest))
        {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 66; i++)
                compressed.Write(zeros);
        }
        Assert.Contains("more than 64 MiB", Assert.Throws<ToolkitException>(() => HostDescriptions.Load(Bundle)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("DR-15")]
    [InlineData("not a gzip file")]
    [InlineData("")]
    public void What_is_not_a_bundle_is_called_so(string content)
    {
        File.WriteAllText(Bundle, content);
        Assert.StartsWith(Bundle, Assert.Throws<ToolkitException>(() => HostDescriptions.Load(Bundle)).Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("DR-15")]
    public void Every_refusal_is_one_that_the_documents_list()
    {
        var said = new List<string> { Refusal(() => ImportCommand.Run("machine.zip", "")), Refusal(() => HostDescriptions.Load("missing.tar.gz")) };
        void Load(string? host, params (string Name, string Text)[] files)
        {
            Write(host, files);
            said.Add(Refusal(() => HostDescriptions.Load(Bundle)));
        }
        File.WriteAllText(Bundle, "not a gzip file");
        said.Add(Refusal(() => HostDescriptions.Load(Bundle)));
        Load(null, ("other.json", "{}"));
        Load("{}", ("zeros", new string('\0', 65 << 20)));
        Load("""{ "imported": { "form": 2 } }""");
        Load("""{ "imported": { "form": 1, "commands": [] } }""");
        Load(Host("""{ "path": "etc/cdi/a", "kind": "text" }"""));
        Load(Host("""{ "path": "/etc/ld.so.preload", "kind": "text" }"""));
        Load(Host("""{ "path": "/dev/sda", "kind": "node", "major": 8 }"""));
        Load(Host("""{ "path": "/a", "kind": "link", "target": "/srv" }, { "path": "/a/b", "kind": "data" }"""));
        DocumentedErrors.AssertProvoked("gpu-host-simulator: support bundles", said);
        Assert.All(said, static one => Assert.DoesNotContain('\n', one));
    }

    private static string Refusal(Action action) => Assert.Throws<ToolkitException>(action).Message;

    [Fact]
    [Requirement("DR-15")]
    public void Names_in_the_archive_make_no_files()
    {
        Write(Host(""), ("../../escaped", "x"), ("/absolute", "x"));
        string[] before = Directory.GetFileSystemEntries(_folder.Parent!.FullName, "*escaped*");
        Assert.Empty(HostDescriptions.Load(Bundle).Imported!.Entries);
        Assert.Equal(before, Directory.GetFileSystemEntries(_folder.Parent!.FullName, "*escaped*"));
        Assert.Equal([Bundle], Directory.GetFileSystemEntries(_folder.FullName));
        Assert.False(File.Exists("/absolute"));
    }

    [Fact]
    [Requirement("DR-14")]
    public void An_import_is_a_description_that_can_be_looked_at_and_changed()
    {
        Write(Host("""{ "path": "/etc/cdi/nvidia.yaml", "kind": "text" }"""), ("files/etc/cdi/nvidia.yaml", "kind: a\n"));
        string target = Path.Combine(_folder.FullName, "host.json");
        Assert.Contains(target, ImportCommand.Run(Bundle, target), StringComparison.Ordinal);
        Assert.Equal("kind: a\n", HostDescriptions.Load(target).Imported!.Entries[0].Text);
        Assert.Equal(HostDescriptions.Load(Bundle).Imported!.Entries[0], HostDescriptions.Load(target).Imported!.Entries[0]);
    }

    [Fact]
    [Requirement("DR-14")]
    public void A_link_over_a_folder_of_this_machine_leaves_the_folder_and_a_hole_takes_no_place()
    {
        var tree = new HostTree();
        string folder = Path.Combine(_folder.FullName, "lib");
        Directory.CreateDirectory(folder);
        tree.Link("/lib", "usr/lib");
        tree.File("/big", [1, 2], UnixFileMode.UserRead, size: 1L << 30);
        TreeWriter.WriteBelow(tree, _folder.FullName);
        Assert.Null(new DirectoryInfo(folder).LinkTarget);
        Assert.Equal(1L << 30, new FileInfo(Path.Combine(_folder.FullName, "big")).Length);
    }

    private static string Host(string entries) => $$"""{ "about": "a", "imported": { "form": 1, "entries": [ {{entries}} ] } }""";

    private void Write(string? host, params (string Name, string Text)[] files)
    {
        using FileStream file = File.Create(Bundle);
        using var archive = new TarWriter(new GZipStream(file, CompressionLevel.Fastest), TarEntryFormat.Gnu);
        foreach ((string name, string text) in host is null ? files : files.Prepend(("host.json", host)))
        {
            archive.WriteEntry(new GnuTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });
        }
    }
}
