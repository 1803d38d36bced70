using System.Diagnostics;
using GpuContainers.Oci;

namespace GpuContainers.Cdi.Tests;

public sealed class RegistryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Requirement("CDI-51")]
    public void The_default_folders_are_ordered_by_priority()
    {
        Assert.Equal(["/etc/cdi", "/var/run/cdi"], CdiRegistry.DefaultFolders);
        Assert.Equal([_folder.Path + "/a", "/b"], CdiRegistry.Load([_folder.Path + "/x/../a/", "//b"]).Folders);
    }

    [Fact]
    [Requirement("CDI-52")]
    public void No_folders_means_nothing()
    {
        CdiRegistry registry = CdiRegistry.Load([]);
        Assert.Empty(registry.GetDeviceNames());
        Assert.Empty(registry.Folders);
        Assert.Contains("no spec directories", Assert.Throws<CdiException>(() => registry.Save(TestData.Spec(), "x")).Message, StringComparison.Ordinal);
        Assert.Contains("no spec directories", Assert.Throws<CdiException>(() => registry.Remove("x")).Message, StringComparison.Ordinal);
        // Later releases: the default folders.
        Assert.Equal(CdiRegistry.DefaultFolders, CdiRegistry.Load([], new CdiOptions { EmptyMeansDefault = true }).Folders);
    }

    [Fact]
    [Requirement("CDI-53")]
    public void Names_decide_what_is_read()
    {
        foreach (string name in new[] { "a.yaml", "b.json", ".hidden.yaml", ".yaml", "c.yml", "d.YAML", "e.tmp", "f", "sub.yaml/g.yaml" })
            Add(name, "v/c" + Convert.ToHexString(System.Text.Encoding.UTF8.GetBytes(name)));
        string[] read = [.. Load().GetSpecs().Select(s => Path.GetRelativePath(_folder.Path, s.Path))];
        Assert.Equal([".hidden.yaml", ".yaml", "a.yaml", "b.json"], read);
        Assert.Empty(Load().GetErrors());
    }

    [Fact]
    [Requirement("CDI-54")]
    public void Links_are_followed_and_dangling_ones_are_errors()
    {
        Add("real/x.yaml", "v/c");
        File.CreateSymbolicLink(_folder.Path + "/link.yaml", _folder.Path + "/real/x.yaml");
        File.CreateSymbolicLink(_folder.Path + "/dangling.yaml", _folder.Path + "/nothing");
        File.CreateSymbolicLink(_folder.Path + "/folder.yaml", _folder.Path + "/real");
        CdiRegistry registry = Load();
        Assert.Equal(["v/c=dev"], registry.GetDeviceNames());
        Assert.Equal([_folder.Path + "/dangling.yaml", _folder.Path + "/folder.yaml"], registry.GetErrors().Keys);
        Assert.Contains("no such file or directory", registry.GetErrors(_folder.Path + "/dangling.yaml")[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-55")]
    public void A_folder_that_is_a_link_is_followed()
    {
        Add("real/x.yaml", "v/c");
        File.CreateSymbolicLink(_folder.Path + "/link", _folder.Path + "/real");
        Assert.Equal(["v/c=dev"], CdiRegistry.Load([_folder.Path + "/link"]).GetDeviceNames());
    }

    [Fact]
    [Requirement("CDI-56")]
    public void A_folder_that_is_a_file_is_read_as_one()
    {
        string file = Add("x.yaml", "v/c");
        Assert.Equal(["v/c=dev"], CdiRegistry.Load([file]).GetDeviceNames());
        Assert.Empty(CdiRegistry.Load([file], new CdiOptions { FoldersOnly = true }).GetDeviceNames());
        Assert.Empty(CdiRegistry.Load([_folder.Write("x.txt", "text")]).GetErrors());
    }

    [Fact]
    [Requirement("CDI-57")]
    public void A_folder_that_cannot_be_examined_does_not_stop_the_scan()
    {
        Add("good/x.yaml", "v/c");
        string file = _folder.Write("file", "");
        CdiRegistry registry = CdiRegistry.Load([_folder.Path + "/missing", file + "/below", _folder.Path + "/good"]);
        Assert.Equal(["v/c=dev"], registry.GetDeviceNames());
        Assert.Equal([file + "/below"], registry.GetErrors().Keys);
        Assert.Contains("not a directory", registry.GetErrors()[file + "/below"][0].Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-58")]
    public void A_folder_listed_twice_has_two_priorities()
    {
        Add("x.yaml", "v/c");
        string broken = _folder.Write("broken.yaml", "kind: 3");
        CdiRegistry registry = CdiRegistry.Load([_folder.Path, _folder.Path]);
        Assert.Equal(1, registry.Find("v/c=dev")!.Source.Priority);
        Assert.Equal(2, registry.GetErrors(broken).Count);
    }

    [Fact]
    [Requirement("CDI-59")]
    public void Only_regular_files_of_sane_size_are_read()
    {
        using (var pipe = Process.Start("mkfifo", _folder.Path + "/pipe.yaml"))
            pipe.WaitForExit();
        using (FileStream large = File.Create(_folder.Path + "/large.yaml"))
            large.SetLength(CdiSpecFile.SizeLimit + 1);
        Add("x.yaml", "v/c");
        CdiRegistry registry = Load();
        Assert.Equal(["v/c=dev"], registry.GetDeviceNames());
        Assert.Contains("not a regular file", registry.GetErrors(_folder.Path + "/pipe.yaml")[0].Message, StringComparison.Ordinal);
        Assert.Contains("more bytes than the 16777216", registry.GetErrors(_folder.Path + "/large.yaml")[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-60", "CDI-65", "CDI-198")]
    public void A_broken_file_spoils_nothing_else()
    {
        Add("x.yaml", "v/c");
        var random = new Random(7);
        for (int i = 0; i < 50; i++)
        {
            byte[] bytes = new byte[200];
            random.NextBytes(bytes);
            File.WriteAllBytes($"{_folder.Path}/{i:00}.yaml", bytes);
        }
        CdiRegistry registry = Load();
        Assert.Equal(["v/c=dev"], registry.GetDeviceNames());
        Assert.Equal(50, registry.GetErrors().Count);
        Assert.All(registry.GetErrors(), error => Assert.StartsWith("failed to load CDI Spec ", Assert.Single(error.Value).Message, StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("CDI-61")]
    public void Priority_decides_device_by_device()
    {
        Add("low/x.yaml", "v/c", "G=low", "0", "1");
        Add("high/x.yaml", "v/c", "G=high", "1");
        CdiRegistry registry = CdiRegistry.Load([_folder.Path + "/low", _folder.Path + "/high"]);
        Assert.Equal("G=low", registry.Find("v/c=0")!.Source.Spec.ContainerEdits.Env[0]);
        Assert.Equal("G=high", registry.Find("v/c=1")!.Source.Spec.ContainerEdits.Env[0]);
        Assert.Empty(registry.GetErrors());
    }

    [Fact]
    [Requirement("CDI-62")]
    public void Equal_priority_is_a_conflict()
    {
        string a = Add("a.yaml", "v/c", "G=1", "0", "only-a");
        string b = Add("b.yaml", "v/c", "G=1", "0");
        string c = Add("c.yaml", "v/c", "G=1", "0", "only-c");
        CdiRegistry registry = Load();
        Assert.Equal(["v/c=only-a", "v/c=only-c"], registry.GetDeviceNames());
        Assert.Equal(2, registry.GetErrors(a).Count);
        Assert.Equal($"conflicting device \"v/c=0\" (specs \"{b}\", \"{a}\")", Assert.Single(registry.GetErrors(b)).Message);
        Assert.Single(registry.GetErrors(c));
    }

    // Two files of one machine with eight GPUs: one line, not a kilobyte for each file.
    [Fact]
    [Requirement("CDI-62")]
    public void Two_files_with_the_same_devices_are_one_conflict_of_one_line()
    {
        string[] devices = [.. Enumerable.Range(0, 17).Select(static index => index.ToString(System.Globalization.CultureInfo.InvariantCulture))];
        string a = Add("a.yaml", "v/c", "G=1", devices);
        string b = Add("b.yaml", "v/c", "G=1", devices);
        CdiRegistry registry = Load();
        RegistryConflict conflict = Assert.Single(registry.GetConflicts());
        Assert.Equal((a, b, 17), (conflict.First, conflict.Second, conflict.Devices.Count));
        Assert.Equal(
            $"{a} and {b} both define v/c=0, v/c=1, v/c=2 and 14 more, which therefore cannot be used; remove one of these files", conflict.ToString());
        Assert.All(registry.GetErrors().Values.SelectMany(static errors => errors), static error => Assert.True(error.IsConflict));
    }

    [Fact]
    [Requirement("CDI-63")]
    public void A_conflict_below_does_not_matter_to_a_definition_above()
    {
        string a = Add("low/a.yaml", "v/c", "G=1", "0");
        Add("low/b.yaml", "v/c", "G=1", "0");
        Add("high/c.yaml", "v/c", "G=1", "0");
        CdiRegistry registry = CdiRegistry.Load([_folder.Path + "/low", _folder.Path + "/high"]);
        Assert.Equal(1, registry.Find("v/c=0")!.Source.Priority);
        Assert.Single(registry.GetErrors(a));
    }

    [Fact]
    [Requirement("CDI-64")]
    public void The_same_device_twice_in_a_file_is_an_invalid_file()
    {
        string a = Add("a.yaml", "v/c", "G=1", "0", "0");
        Assert.Contains("multiple device", Load().GetErrors(a)[0].Message, StringComparison.Ordinal);
        Assert.Empty(Load().GetSpecs());
    }

    [Fact]
    [Requirement("CDI-66", "CDI-67")]
    public void Questions_are_answered_in_byte_order()
    {
        Add("a.yaml", "w/c2", "G=1", "b", "a");
        Add("b.yaml", "v/c1", "G=1", "10", "2");
        Add("c.yaml", "v/c1", "G=1", "10", "2");
        CdiRegistry registry = Load();
        Assert.Equal(["w/c2=a", "w/c2=b"], registry.GetDeviceNames());
        // Also those whose devices are all in conflict (CDI-67).
        Assert.Equal(["v", "w"], registry.GetVendors());
        Assert.Equal(["c1", "c2"], registry.GetClasses());
        Assert.Equal(2, registry.GetSpecs("v").Count);
        RegisteredDevice device = registry.Find("w/c2=a")!;
        Assert.Equal(("w/c2=a", _folder.Path + "/a.yaml", 0), (device.QualifiedName, device.Source.Path, device.Source.Priority));
        Assert.Equal("a", device.Source.Spec.FindDevice("a")!.Name);
        Assert.Null(registry.Find("w/c2=c"));
    }

    [Fact]
    [Requirement("CDI-68")]
    public void Only_a_refresh_reads_again()
    {
        CdiRegistry registry = Load();
        Add("x.yaml", "v/c");
        Assert.Empty(registry.GetDeviceNames());
        Assert.Empty(registry.Refresh());
        Assert.Equal(["v/c=dev"], registry.GetDeviceNames());
        string broken = _folder.Write("y.yaml", "kind: 3");
        Assert.Equal([broken], registry.Refresh().Keys);
    }

    [Fact]
    [Requirement("CDI-69")]
    public void Automatic_refresh_sees_every_change()
    {
        string folder = _folder.Path + "/later";
        CdiRegistry registry = CdiRegistry.Load([folder], new CdiOptions { AutoRefresh = true });
        Assert.Equal([folder], registry.GetErrors().Keys);
        string file = Add("later/x.yaml", "v/c");
        Assert.Equal(["v/c=dev"], registry.GetDeviceNames());
        Assert.Empty(registry.GetErrors());
        File.WriteAllText(file, File.ReadAllText(file).Replace("name: 'dev'", "name: other"));
        Assert.NotNull(registry.Find("v/c=other"));
        File.Move(file, folder + "/y.yaml");
        Assert.Equal(folder + "/y.yaml", registry.Find("v/c=other")!.Source.Path);
        File.Delete(folder + "/y.yaml");
        Assert.Empty(registry.GetSpecs());
    }

    [Fact]
    [Requirement("CDI-70")]
    public void Readers_keep_a_whole_snapshot_while_it_is_replaced()
    {
        for (int i = 0; i < 20; i++)
            Add($"{i}.yaml", $"v/c{i}");
        CdiRegistry registry = Load();
        Parallel.For(0, 40, i =>
        {
            if (i % 4 == 0)
                registry.Refresh();
            Assert.Equal(20, registry.GetDeviceNames().Count);
            Assert.Single(registry.Resolve(["v/c7=dev"]).Env);
        });
    }

    [Fact]
    [Requirement("CDI-71")]
    public void The_process_has_one_registry()
    {
        Add("x.yaml", "v/c");
        CdiRegistry configured = CdiRegistry.Configure([_folder.Path], new CdiOptions());
        Assert.Same(configured, CdiRegistry.GetDefault());
        Assert.Equal(["v/c=dev"], CdiRegistry.GetDefault().GetDeviceNames());
    }

    [Fact]
    [Requirement("CDI-84", "CDI-85")]
    public void Unknown_devices_are_all_named()
    {
        Add("x.yaml", "v/c");
        CdiException error = Assert.Throws<CdiException>(() => Load().Resolve(["b", "v/c=dev", "v/c=all", "b"]));
        Assert.Equal("unresolvable CDI devices b, v/c=all, b", error.Message);
        Assert.Equal(["b", "v/c=all", "b"], error.Devices);
        Assert.Equal(CdiErrorReason.Unresolvable, error.Reason);
    }

    [Fact]
    [Requirement("CDI-86", "CDI-87")]
    public void Global_edits_come_once_for_each_file()
    {
        Add("a.yaml", "v/c", "G=a", "0", "1");
        Add("b.yaml", "v/d", "G=b", "x");
        Assert.Equal(["G=a", "D=0", "G=b", "D=x", "D=1", "D=0"], Load().Resolve(["v/c=0", "v/d=x", "v/c=1", "v/c=0"]).Env);
    }

    [Fact]
    [Requirement("CDI-88")]
    public void Edits_are_joined_kind_by_kind()
    {
        var first = new ContainerEdits
        {
            Env = ["A=1"],
            AdditionalGids = [1],
            IntelRdt = new IntelRdt { ClosId = "a" },
            NetDevices = [new NetDevice { Name = "a" }],
        };
        var second = new ContainerEdits
        {
            Env = ["A=1"],
            AdditionalGids = [1],
            IntelRdt = new IntelRdt { MemBwSchema = "b" },
            NetDevices = [new NetDevice { Name = "b" }],
        };
        ContainerEdits both = first.Append(second);
        Assert.Equal(["A=1", "A=1"], both.Env);
        Assert.Equal([1u, 1u], both.AdditionalGids);
        Assert.Equal(new IntelRdt { MemBwSchema = "b" }, both.IntelRdt);
        Assert.Equal(2, both.NetDevices.Count);
        Assert.Equal(first.IntelRdt, first.Append(ContainerEdits.Empty).IntelRdt);
    }

    [Fact]
    [Requirement("CDI-79")]
    public void A_single_file_is_read_on_its_own()
    {
        Assert.Equal("v/c", CdiSpecFile.Read(Add("x.yaml", "v/c")).Kind);
        Linux.LinuxException error = Assert.Throws<Linux.LinuxException>(() => CdiSpecFile.Read(_folder.Path + "/missing.yaml"));
        Assert.Equal(Linux.Errno.ENOENT, error.Errno);
    }

    private CdiRegistry Load() => CdiRegistry.Load([_folder.Path]);

    private string Add(string name, string kind, string global = "", params string[] devices)
    {
        string list = string.Join(", ", (devices.Length == 0 ? ["dev"] : devices).Select(d => $"{{name: '{d}', containerEdits: {{env: ['D={d}']}}}}"));
        string edits = global.Length == 0 ? "" : $"containerEdits: {{env: ['{global}']}}\n";
        return _folder.Write(name, $"cdiVersion: 1.1.0\nkind: {kind}\n{edits}devices: [{list}]\n");
    }
}
