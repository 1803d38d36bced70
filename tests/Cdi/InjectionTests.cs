using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using GpuContainers.Oci;

namespace GpuContainers.Cdi.Tests;

/// <summary>Edits in a container's document.</summary>
public sealed class InjectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Requirement("CDI-90", "CDI-93")]
    public void Kinds_are_applied_and_parents_made()
    {
        JsonNode result = Apply("{}", new ContainerEdits
        {
            Env = ["A=1"],
            NetDevices = [new NetDevice { HostInterfaceName = "eth1", Name = "eth0" }],
            DeviceNodes = [new DeviceNode { Path = "/none", Type = "c", Major = 5 }],
            Mounts = [new Mount { HostPath = "/h", ContainerPath = "/c" }],
            Hooks = [new Hook { HookName = "poststop", Path = "/x" }],
            IntelRdt = new IntelRdt { ClosId = "c" },
            AdditionalGids = [5],
        });
        Json("""
            {"process":{"user":{"uid":0,"gid":0,"additionalGids":[5]},"cwd":"","env":["A=1"]},
             "linux":{"devices":[{"path":"/none","type":"c","major":5,"minor":0}],
                      "resources":{"devices":[{"allow":true,"type":"c","major":5,"minor":0,"access":"rwm"}]},
                      "netDevices":{"eth1":{"name":"eth0"}},"intelRdt":{"closID":"c"}},
             "mounts":[{"destination":"/c","source":"/h"}],"hooks":{"poststop":[{"path":"/x"}]}}
            """, result);
    }

    [Fact]
    [Requirement("CDI-89", "CDI-93")]
    public void Nothing_is_made_for_nothing()
    {
        OciDocument document = OciDocument.Parse("{}"u8.ToArray());
        CdiInjector.Inject(document, ContainerEdits.Empty);
        CdiInjector.Inject(document, new ContainerEdits { AdditionalGids = [0] });
        CdiInjector.Inject(document, CdiRegistry.Load([]), []);
        Assert.False(document.Changed);
    }

    [Fact]
    [Requirement("CDI-94", "CDI-95")]
    public void Existing_variables_stay_beside_new_ones()
    {
        JsonNode result = Apply("""{"process":{"env":["A=old","B","A"]}}""", new ContainerEdits { Env = ["A=new", "B=1", "C=1", "C=2", "A=newer"] });
        Json("""["A=old","B=1","A=newer","C=2"]""", result["process"]!["env"]!);
    }

    [Fact]
    [Requirement("CDI-96", "RT-240", "RT-249")]
    public void A_new_application_starts_afresh()
    {
        OciDocument document = OciDocument.Parse("""{"process":{"env":["A=old"]}}"""u8.ToArray());
        var edits = new ContainerEdits { Env = ["A=new"] };
        CdiInjector.Inject(document, edits);
        CdiInjector.Inject(document, edits);
        Assert.Equal(["A=old", "A=new", "A=new"], document.Env);
    }

    [Fact]
    [Requirement("CDI-97")]
    public void Replacing_variables_is_an_option()
    {
        OciDocument document = OciDocument.Parse("""{"process":{"env":["A=1","B=1","A=2"]}}"""u8.ToArray());
        CdiInjector.Inject(document, new ContainerEdits { Env = ["A=new", "C=1"] }, new InjectionOptions { ReplaceEnvironment = true });
        Assert.Equal(["A=1", "B=1", "A=new", "C=1"], document.Env);
    }

    [Fact]
    [Requirement("CDI-98")]
    public void A_link_is_no_device()
    {
        string link = _folder.Path + "/link";
        File.CreateSymbolicLink(link, "/dev/null");
        CdiException error = Assert.Throws<CdiException>(() => Device(new DeviceNode { Path = "/dev/x", HostPath = link }));
        Assert.Equal($"failed to stat CDI host device \"{link}\": not a device node", error.Message);
        error = Assert.Throws<CdiException>(() => Device(new DeviceNode { Path = "/dev/none" }));
        Assert.Equal("failed to stat CDI host device \"/dev/none\": no such file or directory", error.Message);
    }

    [Fact]
    [Requirement("CDI-99")]
    public void A_complete_node_needs_no_host()
    {
        Json("""{"path":"/dev/x","type":"b","major":42,"minor":7}""",
            Device(new DeviceNode { Path = "/dev/x", HostPath = "/none", Type = "b", Major = 42, Minor = 7 }));
        // The host's node is of another type, which matters only to incomplete ones.
        Json("""{"path":"/dev/null","type":"b","major":42,"minor":0,"fileMode":438}""", Device(new DeviceNode { Path = "/dev/null", Type = "b", Major = 42 }));
        Json("""{"path":"/p","type":"p","major":0,"minor":0}""", Device(new DeviceNode { Path = "/p", Type = "p" }));
    }

    [Fact]
    [Requirement("CDI-100")]
    public void An_incomplete_node_is_completed_from_the_host()
    {
        Json("""{"path":"/dev/x","type":"c","major":1,"minor":3,"fileMode":438}""", Device(new DeviceNode { Path = "/dev/x", HostPath = "/dev/null" }));
        Json("""{"path":"/dev/null","type":"c","major":1,"minor":3,"fileMode":0}""",
            Device(new DeviceNode { Path = "/dev/null", Type = "c", Minor = 99, FileMode = 0 }));
        Json("""{"path":"/dev/null","type":"c","major":9,"minor":0,"fileMode":438}""", Device(new DeviceNode { Path = "/dev/null", Major = 9 }));
        string pipe = Make("pipe", "p");
        Json($$"""{"path":"{{pipe}}","type":"p","major":0,"minor":0,"fileMode":420}""", Device(new DeviceNode { Path = pipe }));
        CdiException error = Assert.Throws<CdiException>(() => Device(new DeviceNode { Path = "/dev/x", HostPath = "/dev/null", Type = "b" }));
        Assert.Equal("CDI device (\"/dev/x\", \"/dev/null\"), host type mismatch (b, c)", error.Message);
        Assert.Throws<CdiException>(() => Device(new DeviceNode { Path = "/dev/null", Type = "u" }));
    }

    [Fact]
    [Requirement("CDI-101", "CDI-197")]
    public void The_mode_comes_with_its_special_bits_and_large_numbers_are_whole()
    {
        string node = Make("node", "c", "511", "1048575");
        using (var chmod = Process.Start("chmod", ["4755", node]))
            chmod.WaitForExit();
        Json($$"""{"path":"{{node}}","type":"c","major":511,"minor":1048575,"fileMode":2541}""", Device(new DeviceNode { Path = node }));
    }

    [Theory]
    [Requirement("CDI-102", "RT-242")]
    [InlineData("""{"process":{"user":{"uid":1000,"gid":44}}}""", null, 1000, 44)]
    [InlineData("""{"process":{"user":{"uid":1000,"gid":44}}}""", 0u, 0, 44)]
    [InlineData("""{"process":{"user":{"uid":0,"gid":0}}}""", null, null, null)]
    [InlineData("""{"process":{}}""", 7u, 7, null)]
    [InlineData("{}", null, null, null)]
    public void The_owner_is_declared_or_the_process(string text, uint? declared, int? uid, int? gid)
    {
        JsonNode result = Apply(text, new ContainerEdits { DeviceNodes = [new DeviceNode { Path = "/dev/null", Uid = declared }] });
        JsonNode device = result["linux"]!["devices"]![0]!;
        Assert.Equal((uid, gid), ((int?)device["uid"], (int?)device["gid"]));
    }

    [Fact]
    [Requirement("CDI-103", "CDI-104", "RT-243")]
    public void A_device_of_the_same_path_is_replaced()
    {
        const string text =
            """{"linux":{"devices":[{"path":"/dev/a","type":"c","major":9,"minor":9},{"path":"/b","type":"c"}],"resources":{"devices":[{"allow":false}]}}}""";
        var node = new DeviceNode { Path = "/dev/a", Type = "c", Major = 1, Permissions = "rrr" };
        JsonNode result = Apply(text, new ContainerEdits { DeviceNodes = [node, node, new DeviceNode { Path = "/p", Type = "p" }] });
        Assert.Equal(["/b", "/dev/a", "/p"], result["linux"]!["devices"]!.AsArray().Select(d => (string)d!["path"]!));
        Json("""[{"allow":false},{"allow":true,"type":"c","major":1,"minor":0,"access":"rrr"},{"allow":true,"type":"c","major":1,"minor":0,"access":"rrr"}]""",
            result["linux"]!["resources"]!["devices"]!);
        JsonNode twice = Apply("""{"linux":{"devices":[{"path":"/a"},{"path":"/b"},{"path":"/a"},{"path":"/c"}]}}""",
            new ContainerEdits { DeviceNodes = [new DeviceNode { Path = "/a", Type = "c", Major = 1 }] });
        Assert.Equal(["/b", "/a", "/c"], twice["linux"]!["devices"]!.AsArray().Select(d => (string)d!["path"]!));
    }

    [Fact]
    public void The_permissions_none_leave_the_access_out()
    {
        OciDocument document = OciDocument.Parse("{}"u8.ToArray());
        var edits = new ContainerEdits { DeviceNodes = [new DeviceNode { Path = "/a", Type = "c", Major = 1, Permissions = "none" }] };
        CdiInjector.Inject(document, edits, new InjectionOptions { PermissionsNone = true });
        Json("""[{"allow":true,"type":"c","major":1,"minor":0}]""", Tree(document)["linux"]!["resources"]!["devices"]!);
    }

    [Fact]
    [Requirement("CDI-105", "RT-244")]
    public void A_later_net_device_of_the_same_host_wins()
    {
        JsonNode result = Apply("""{"linux":{"netDevices":{"e1":{"name":"old"},"e2":{"name":"x"}}}}""", new ContainerEdits
        {
            NetDevices = [new NetDevice { HostInterfaceName = "e1", Name = "a" }, new NetDevice { HostInterfaceName = "e1", Name = "b" }],
        });
        Json("""{"e2":{"name":"x"},"e1":{"name":"b"}}""", result["linux"]!["netDevices"]!);
    }

    [Fact]
    [Requirement("CDI-106", "RT-245")]
    public void Mounts_replace_one_of_the_same_destination()
    {
        JsonNode result = Apply("""{"mounts":[{"destination":"/a"},{"destination":"/a/"},{"destination":"/a"}]}""", new ContainerEdits
        {
            Mounts = [new Mount { HostPath = "/h", ContainerPath = "/a", Type = "bind", Options = ["ro"] }],
        });
        Json("""[{"destination":"/a/"},{"destination":"/a"},{"destination":"/a","type":"bind","source":"/h","options":["ro"]}]""", result["mounts"]!);
    }

    [Fact]
    [Requirement("CDI-107", "RT-245")]
    public void Mounts_are_sorted_by_depth()
    {
        JsonNode result = Apply(
            """{"mounts":[{"destination":"/proc"},{"destination":"/a/b/c"},{"destination":"/"},{"destination":"rel"}]}""", new ContainerEdits
            {
                Mounts = [new Mount { HostPath = "/h", ContainerPath = "/x//y/" }],
            });
        Assert.Equal(["rel", "/proc", "/", "/x//y/", "/a/b/c"], result["mounts"]!.AsArray().Select(m => (string)m!["destination"]!));
        JsonNode untouched = Apply("""{"mounts":[{"destination":"/a/b"},{"destination":"/"}]}""", new ContainerEdits { Env = ["A=1"] });
        Assert.Equal("/a/b", (string)untouched["mounts"]![0]!["destination"]!);
    }

    [Fact]
    [Requirement("CDI-193")]
    public void Id_mapping_is_an_option()
    {
        foreach ((string type, string[] options, string[] expected) in new (string, string[], string[])[]
        {
            ("", ["ro", "bind"], ["ro", "bind", "idmap"]),
            ("", ["bind", "rbind", "ro"], ["bind", "rbind", "ro", "ridmap"]),
            ("bind", ["ro"], ["ro", "idmap"]),
            ("", ["ro"], ["ro"]),
            ("bind", ["ridmap", "bind"], ["ridmap", "bind"]),
        })
        {
            var edits = new ContainerEdits { Mounts = [new Mount { HostPath = "/h", ContainerPath = "/c", Type = type, Options = options }] };
            OciDocument document = OciDocument.Parse("""{"linux":{"namespaces":[{"type":"mount"},{"type":"user"}]}}"""u8.ToArray());
            CdiInjector.Inject(document, edits, new InjectionOptions { MapMountIds = true });
            Assert.Equal(expected, document.Mounts[0].Options);
            OciDocument without = OciDocument.Parse("{}"u8.ToArray());
            CdiInjector.Inject(without, edits, new InjectionOptions { MapMountIds = true });
            Assert.Equal(options, without.Mounts[0].Options);
        }
    }

    [Fact]
    [Requirement("CDI-108", "RT-246")]
    public void Hooks_go_to_the_end_of_their_stage()
    {
        var hook = new Hook { HookName = "createContainer", Path = "/h", Args = ["h"], Env = ["E=1"], Timeout = 0 };
        JsonNode result = Apply(
            """{"hooks":{"createContainer":[{"path":"/first"}]}}""", new ContainerEdits { Hooks = [hook, hook, hook with { HookName = "prestart" }] });
        Json("""
            {"createContainer":[{"path":"/first"},{"path":"/h","args":["h"],"env":["E=1"],"timeout":0},{"path":"/h","args":["h"],"env":["E=1"],"timeout":0}],
             "prestart":[{"path":"/h","args":["h"],"env":["E=1"],"timeout":0}]}
            """, result["hooks"]!);
    }

    [Fact]
    [Requirement("CDI-91")]
    public void A_failure_leaves_the_document_as_it_was()
    {
        var edits = new ContainerEdits
        {
            Env = ["A=1"],
            Mounts = [new Mount { HostPath = "/h", ContainerPath = "/c" }],
            DeviceNodes = [new DeviceNode { Path = "/none" }],
        };
        OciDocument document = OciDocument.Parse("{}"u8.ToArray());
        Assert.Throws<CdiException>(() => CdiInjector.Inject(document, edits));
        CdiException error = Assert.Throws<CdiException>(
            () => CdiInjector.Inject(document, new ContainerEdits { Env = ["A=1"], Hooks = [new Hook { HookName = "no", Path = "/h" }] }));
        Assert.Equal("unknown hook name \"no\"", error.Message);
        Assert.False(document.Changed);

        _folder.Write("x.yaml", "cdiVersion: 0.3.0\nkind: v/c\ndevices: [{name: d, containerEdits: {env: [A=1], deviceNodes: [{path: /none}]}}]\n");
        error = Assert.Throws<CdiException>(() => CdiInjector.Inject(document, CdiRegistry.Load([_folder.Path]), ["v/c=d"]));
        Assert.StartsWith("failed to inject devices: failed to stat CDI host device \"/none\"", error.Message, StringComparison.Ordinal);
        Assert.Throws<CdiException>(() => CdiInjector.Inject(document, CdiRegistry.Load([_folder.Path]), ["v/c=d", "v/c=unknown"]));
        Assert.False(document.Changed);
    }

    [Fact]
    [Requirement("CDI-92")]
    public void The_registry_keeps_its_objects()
    {
        string node = Make("node", "c", "1", "3");
        _folder.Write("x.yaml", $"cdiVersion: 0.3.0\nkind: v/c\ndevices: [{{name: d, containerEdits: {{deviceNodes: [{{path: {node}}}]}}}}]\n");
        CdiRegistry registry = CdiRegistry.Load([_folder.Path]);
        OciDocument first = OciDocument.Parse("{}"u8.ToArray());
        CdiInjector.Inject(first, registry, ["v/c=d"]);
        File.Delete(node);
        Make("node", "c", "1", "5");
        OciDocument second = OciDocument.Parse("{}"u8.ToArray());
        CdiInjector.Inject(second, registry, ["v/c=d"]);
        Assert.Equal((3, 5), (first.Devices[0].Minor, second.Devices[0].Minor));
        Assert.Equal(0, registry.Find("v/c=d")!.Device.ContainerEdits.DeviceNodes[0].Major);
    }

    [Fact]
    [Requirement("CDI-109", "RT-247")]
    public void Rdt_is_replaced_as_a_whole()
    {
        JsonNode result = Apply("""{"linux":{"intelRdt":{"closID":"old","l3CacheSchema":"x"}}}""",
            new ContainerEdits { IntelRdt = new IntelRdt { Schemata = ["a"], EnableMonitoring = true } });
        Json("""{"schemata":["a"],"enableMonitoring":true}""", result["linux"]!["intelRdt"]!);
    }

    [Fact]
    [Requirement("CDI-110", "RT-247")]
    public void Group_ids_are_added_once_and_zero_never()
    {
        JsonNode result = Apply("""{"process":{"user":{"uid":0,"gid":0,"additionalGids":[7,5]}}}""", new ContainerEdits { AdditionalGids = [0, 9, 5, 9, 1] });
        Json("[7,5,9,1]", result["process"]!["user"]!["additionalGids"]!);
    }

    [Fact]
    [Requirement("CDI-86", "CDI-90")]
    public void The_worked_example_of_the_registry()
    {
        _folder.Write("a.yaml", """
            cdiVersion: 0.5.0
            kind: acme.example/npu
            containerEdits: {env: [G=1, A=g], hooks: [{hookName: createContainer, path: /g}]}
            devices:
            - {name: "0", containerEdits: {env: [A=0], mounts: [{hostPath: /h/0, containerPath: /c/x/y}], hooks: [{hookName: createContainer, path: /z}]}}
            - {name: "1", containerEdits: {env: [A=1], mounts: [{hostPath: /h/1, containerPath: /c/x/y}]}}
            """);
        _folder.Write(
            "b.yaml", "cdiVersion: 0.3.0\nkind: other.example/net\ncontainerEdits: {env: [W=w]}\ndevices: [{name: x, containerEdits: {env: [X=1]}}]\n");
        OciDocument document = OciDocument.Parse("""
            {"process":{"env":["PATH=/bin","A=orig"]},"mounts":[{"destination":"/proc"},{"destination":"/a/b/c"},{"destination":"/"},{"destination":"/c/x/y"}]}
            """u8.ToArray());
        CdiInjector.Inject(document, CdiRegistry.Load([_folder.Path]), ["acme.example/npu=1", "other.example/net=x", "acme.example/npu=0"]);
        Assert.Equal(["PATH=/bin", "A=orig", "G=1", "A=0", "W=w", "X=1"], document.Env);
        Assert.Equal(["/proc", "/", "/a/b/c", "/c/x/y"], document.Mounts.Select(m => m.Destination));
        Assert.Equal("/h/0", document.Mounts[3].Source);
        Assert.Equal(["/g", "/z"], document.Hooks("createContainer").Select(h => h.Path));
    }

    [Fact]
    [Requirement("CDI-118", "CDI-119", "CDI-120")]
    public void A_document_in_memory_goes_the_other_way_round()
    {
        var global = new ContainerEdits
        {
            Env = ["G=1", "A=g"],
            Hooks = [new Hook { HookName = "createContainer", Path = "/global" }],
            Mounts = [new Mount { HostPath = "/global", ContainerPath = "/x" }],
        };
        CdiSpec spec = TestData.Spec() with { ContainerEdits = global, Devices = [Named("b"), Named("a")] };
        OciDocument document = OciDocument.Parse("{}"u8.ToArray());
        CdiInjector.Inject(document, spec);
        Assert.Equal(["A=b", "A=a", "G=1", "A=g"], document.Env);
        Assert.Equal(["/b", "/a", "/global"], document.Hooks("createContainer").Select(h => h.Path));
        Assert.Equal("/global", Assert.Single(document.Mounts).Source);
        // A further document comes after, as another application (CDI-120).
        CdiInjector.Inject(document, TestData.Spec());
        Assert.Equal("A=1", document.Env[^1]);
    }

    [Fact]
    [Requirement("CDI-118")]
    public void An_error_in_a_document_in_memory_names_the_device()
    {
        OciDocument document = OciDocument.Parse("{}"u8.ToArray());
        CdiSpec spec = TestData.Spec() with
        {
            Devices = [Named("a"), new CdiDevice { Name = "b", ContainerEdits = new ContainerEdits { DeviceNodes = [new DeviceNode { Path = "/none" }] } }],
        };
        CdiException error = Assert.Throws<CdiException>(() => CdiInjector.Inject(document, spec));
        Assert.StartsWith("failed to apply edits for device \"acme.example/npu=b\": failed to stat", error.Message, StringComparison.Ordinal);
        Assert.False(document.Changed);
    }

    // Manual registry, errors at hand, unresolved names in the exception; the modifier itself is Core's RegistryDevices.
    [Fact]
    [Requirement("CDI-117")]
    public void What_the_toolkit_needs_for_its_messages_is_there()
    {
        string broken = _folder.Write("broken.yaml", "kind: 3");
        CdiRegistry registry = CdiRegistry.Load([_folder.Path]);
        OciDocument document = OciDocument.Parse("{}"u8.ToArray());
        CdiException error = Assert.Throws<CdiException>(() => CdiInjector.Inject(document, registry, ["v/c=d"]));
        Assert.Equal(["v/c=d"], error.Devices);
        Assert.Equal([broken], registry.GetErrors().Keys);
    }

    private static CdiDevice Named(string name) => new()
    {
        Name = name,
        ContainerEdits = new ContainerEdits
        {
            Env = ["A=" + name],
            Hooks = [new Hook { HookName = "createContainer", Path = "/" + name }],
            Mounts = [new Mount { HostPath = "/" + name, ContainerPath = "/x" }],
        },
    };

    private string Make(string name, params string[] kind)
    {
        string path = _folder.Path + "/" + name;
        using (var mknod = Process.Start("mknod", ["-m", "644", path, .. kind]))
            mknod.WaitForExit();
        return path;
    }

    private static JsonNode Device(DeviceNode node) => Apply("{}", new ContainerEdits { DeviceNodes = [node] })["linux"]!["devices"]![0]!;

    private static JsonNode Apply(string text, ContainerEdits edits)
    {
        OciDocument document = OciDocument.Parse(Encoding.UTF8.GetBytes(text));
        CdiInjector.Inject(document, edits);
        return Tree(document);
    }

    private static JsonNode Tree(OciDocument document) => JsonNode.Parse(document.ToBytes())!;

    private static void Json(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), $"expected {expected}\nactual   {actual.ToJsonString()}");
}
