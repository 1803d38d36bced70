using GpuContainers.Oci;

namespace GpuContainers.Cdi.Tests;

public sealed class TransformTests
{
    private static readonly Mount MountA = new() { HostPath = "/a", ContainerPath = "/a", Options = ["ro"] };

    [Fact]
    [Requirement("CDI-125")]
    public void A_chain_runs_in_order()
    {
        CdiSpec spec = SpecTransforms.Chain(TestData.Spec(), s => s with { Kind = s.Kind + "1" }, s => s with { Kind = s.Kind + "2" });
        Assert.Equal("acme.example/npu12", spec.Kind);
    }

    [Fact]
    [Requirement("CDI-126")]
    public void Entities_are_equal_by_all_members()
    {
        Assert.Equal(new Hook { Path = "/h" }, new Hook { Path = "/h", Args = new List<string>(), Env = [] });
        Assert.Equal(MountA, MountA with { Options = new List<string> { "ro" } });
        Assert.NotEqual(MountA, MountA with { Options = ["rw"] });
        Assert.NotEqual(new DeviceNode { Path = "/d" }, new DeviceNode { Path = "/d", Uid = 0 });
        Assert.NotEqual(new Hook { Path = "/h" }, new Hook { Path = "/h", Timeout = 0 });
        Assert.NotEqual(new IntelRdt(), new IntelRdt { Schemata = [] });
        Assert.Equal(new IntelRdt { Schemata = ["a"] }, new IntelRdt { Schemata = new List<string> { "a" } });
    }

    [Fact]
    [Requirement("CDI-127")]
    public void Duplicates_go_and_group_ids_are_sorted()
    {
        ContainerEdits edits = SpecTransforms.Deduplicate(new ContainerEdits
        {
            Env = ["B=1", "A=1", "B=1", "B=2"],
            Mounts = [MountA, MountA with { Options = new List<string> { "ro" } }],
            AdditionalGids = [9, 5, 9, 1],
        });
        Assert.Equal(["B=1", "A=1", "B=2"], edits.Env);
        Assert.Single(edits.Mounts);
        Assert.Equal([1u, 5u, 9u], edits.AdditionalGids);
    }

    [Fact]
    [Requirement("CDI-128")]
    public void Removing_works_on_devices_and_global_edits()
    {
        var edits = new ContainerEdits { Env = ["A=1", "B=1"], Mounts = [MountA], AdditionalGids = [5] };
        CdiSpec spec = SpecTransforms.Remove(
            TestData.Spec(edits) with { ContainerEdits = edits }, new ContainerEdits { Env = ["A=1"], Mounts = [MountA], AdditionalGids = [5] });
        foreach (ContainerEdits left in new[] { spec.ContainerEdits, spec.Devices[0].ContainerEdits })
        {
            Assert.Equal(["B=1"], left.Env);
            Assert.Empty(left.Mounts);
            Assert.Equal([5u], left.AdditionalGids);
        }
    }

    [Fact]
    [Requirement("CDI-129", "CDI-131")]
    public void Simplifying_removes_from_devices_what_is_global()
    {
        CdiSpec spec = SpecTransforms.Simplify(TestData.Spec(new ContainerEdits { Env = ["G=1", "D=1", "D=1"], AdditionalGids = [5] }) with
        {
            ContainerEdits = new ContainerEdits { Env = ["G=1", "G=1"], AdditionalGids = [5] },
        });
        Assert.Equal(["D=1"], spec.Devices[0].ContainerEdits.Env);
        Assert.Equal(["G=1"], spec.ContainerEdits.Env);
        Assert.Equal([5u], spec.Devices[0].ContainerEdits.AdditionalGids);
    }

    [Fact]
    [Requirement("CDI-130")]
    public void A_device_that_would_become_empty_keeps_everything()
    {
        CdiSpec spec = SpecTransforms.Simplify(TestData.Spec(new ContainerEdits { Env = ["G=1"], AdditionalGids = [5], IntelRdt = new IntelRdt() }) with
        {
            ContainerEdits = new ContainerEdits { Env = ["G=1"] },
        });
        Assert.Equal(["G=1"], spec.Devices[0].ContainerEdits.Env);
    }

    [Fact]
    [Requirement("CDI-132", "CDI-133", "CDI-195")]
    public void Sorting_is_by_depth_then_bytes_and_stable()
    {
        var nodes = new List<DeviceNode>();
        for (int i = 0; i < 40; i++)
            nodes.Add(new DeviceNode { Path = i % 2 == 0 ? "/dev/b" : "/dev/a", Minor = i });
        nodes.Add(new DeviceNode { Path = "/dev/x/y" });
        nodes.Insert(0, new DeviceNode { Path = "/dev/c/d" });
        CdiSpec spec = SpecTransforms.Sort(
            TestData.Spec(new ContainerEdits { DeviceNodes = nodes, Env = ["Z=1", "A=1"], Mounts = [MountA with { ContainerPath = "/x/y" }, MountA] }) with
            {
                Devices = [.. new[] { "all", "GPU-1", "2", "10", "1", "0" }.Select(
                n => new CdiDevice { Name = n, ContainerEdits = new ContainerEdits { DeviceNodes = nodes } })],
                ContainerEdits = new ContainerEdits { Env = ["Z=1", "A=1"], Mounts = [MountA with { ContainerPath = "/x/y" }, MountA] },
            });
        Assert.Equal(["0", "1", "10", "2", "GPU-1", "all"], spec.Devices.Select(d => d.Name));
        IReadOnlyList<DeviceNode> sorted = spec.Devices[0].ContainerEdits.DeviceNodes;
        Assert.Equal(Enumerable.Range(0, 20).Select(i => (2L * i) + 1), sorted.Take(20).Select(n => n.Minor));
        Assert.Equal(["/dev/c/d", "/dev/x/y"], sorted.TakeLast(2).Select(n => n.Path));
        Assert.Equal(["Z=1", "A=1"], spec.ContainerEdits.Env);
        Assert.Equal(["/a", "/x/y"], spec.ContainerEdits.Mounts.Select(m => m.ContainerPath));
    }

    [Fact]
    [Requirement("CDI-134", "CDI-135")]
    public void The_merged_device_stands_for_all()
    {
        CdiSpec spec = TestData.Spec() with { Devices = [Device("1", "A=1"), Device("0", "A=0")] };
        CdiSpec merged = new MergedDevice().Apply(spec);
        Assert.Equal(["0", "1", "all"], merged.Devices.Select(d => d.Name));
        Assert.Equal(["A=1", "A=0"], merged.FindDevice("all")!.ContainerEdits.Env);
        Assert.Empty(merged.FindDevice("all")!.Annotations);
        Assert.Throws<CdiException>(() => new MergedDevice("a/b"));
        Assert.Equal("device \"all\" already exists", Assert.Throws<CdiException>(() => new MergedDevice().Apply(merged)).Message);
        Assert.Same(merged, new MergedDevice(skipIfExists: true).Apply(merged));
    }

    [Fact]
    [Requirement("CDI-136")]
    public void Nothing_merged_is_empty_and_invalid()
    {
        CdiSpec merged = new MergedDevice().Apply(TestData.Spec() with { Devices = [] });
        Assert.Contains(merged.Validate(), p => p.Text.Contains("empty device edits", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("CDI-137")]
    public void Shared_interfaces_are_merged_once()
    {
        var net = new ContainerEdits { NetDevices = [new NetDevice { HostInterfaceName = "a", Name = "b" }] };
        CdiSpec merged = new MergedDevice()
            .Apply(TestData.Spec() with { Devices = [new CdiDevice { Name = "x", ContainerEdits = net }, new CdiDevice { Name = "y", ContainerEdits = net }] });
        Assert.Single(merged.FindDevice("all")!.ContainerEdits.NetDevices);
        Assert.Empty(merged.Validate());
    }

    [Theory]
    [Requirement("CDI-139", "CDI-140")]
    [InlineData("/root", "/new", "/root", "/new")]
    [InlineData("/root", "/new", "/root/a", "/new/a")]
    [InlineData("/root/", "/new", "/root/a", "/new/a")]
    [InlineData("/root", "/new", "/rootx/a", "/rootx/a")]
    [InlineData("/root", "/new", "/root/../x", "/x")]
    [InlineData("root", "/new", "/root/a", "/root/a")]
    [InlineData("/root", "", "/root/dev/x", "dev/x")]
    [InlineData("/root", "", "/root", "")]
    [InlineData("/", "/host", "/lib//x/", "/host/lib/x")]
    [InlineData("", "/host", "/lib", "/host/lib")]
    [InlineData("/a", "/b", "x//y", "x//y")]
    public void Paths_below_the_root_move(string from, string to, string path, string moved) =>
        Assert.Equal(moved, new RootTransform(from, to).Path(path));

    [Theory]
    [Requirement("CDI-141", "CDI-144")]
    [InlineData("/a/x", "/b/x")]
    [InlineData("--opt=/a/x", "--opt=/a/x")]
    [InlineData("/a/x::/a/y", "/b/x::/b/y")]
    [InlineData("../x::/a/y::/a/z", "../x::/b/y::/a/z")]
    [InlineData("", "")]
    [InlineData("::", "::")]
    public void Arguments_are_paths_or_pairs(string argument, string moved)
    {
        Assert.Equal(moved, new RootTransform("/a", "/b").HookArgument(argument));
        Assert.Equal("", new RootTransform("/", "/b").HookArgument(""));
    }

    [Fact]
    [Requirement("CDI-138")]
    public void Equal_roots_change_nothing()
    {
        CdiSpec spec = TestData.Spec(new ContainerEdits { DeviceNodes = [new DeviceNode { Path = "/a/" }] });
        Assert.Same(spec, new RootTransform("/a", "/a").Apply(spec));
        Assert.Same(spec, new RootTransform("", "").Apply(spec));
    }

    [Theory]
    [Requirement("CDI-142")]
    [InlineData("prestart", "/b/h", "/b/x")]
    [InlineData("createRuntime", "/b/h", "/b/x")]
    [InlineData("poststart", "/b/h", "/b/x")]
    [InlineData("poststop", "/b/h", "/b/x")]
    [InlineData("createContainer", "/b/h", "/a/x")]
    [InlineData("startContainer", "/a/h", "/a/x")]
    public void Host_mode_moves_what_is_on_the_host(string hookName, string path, string argument)
    {
        CdiSpec spec = new RootTransform("/a", "/b").Apply(TestData.Spec(Everything(hookName)));
        ContainerEdits edits = spec.Devices[0].ContainerEdits;
        Assert.Equal(("/a/d", "/b/d"), (edits.DeviceNodes[0].Path, edits.DeviceNodes[0].HostPath));
        Assert.Equal(("/other", "/other"), (edits.DeviceNodes[1].Path, edits.DeviceNodes[1].HostPath));
        Assert.Equal(("/b/m", "/a/m"), (edits.Mounts[0].HostPath, edits.Mounts[0].ContainerPath));
        Assert.Equal((path, argument), (edits.Hooks[0].Path, edits.Hooks[0].Args[0]));
    }

    [Theory]
    [Requirement("CDI-143")]
    [InlineData("prestart", "/a/h", "/a/x")]
    [InlineData("createContainer", "/a/h", "/b/x")]
    [InlineData("startContainer", "/b/h", "/b/x")]
    public void Container_mode_moves_what_is_in_the_container(string hookName, string path, string argument)
    {
        CdiSpec spec = new RootTransform("/a", "/b", RelativeToContainer: true).Apply(TestData.Spec(Everything(hookName)));
        ContainerEdits edits = spec.Devices[0].ContainerEdits;
        Assert.Equal(("/b/d", ""), (edits.DeviceNodes[0].Path, edits.DeviceNodes[0].HostPath));
        Assert.Equal(("/a/m", "/b/m"), (edits.Mounts[0].HostPath, edits.Mounts[0].ContainerPath));
        Assert.Equal((path, argument), (edits.Hooks[0].Path, edits.Hooks[0].Args[0]));
    }

    [Fact]
    [Requirement("CDI-145")]
    public void Everything_else_stays()
    {
        ContainerEdits edits = Everything("prestart") with
        {
            Env = ["P=/a/x"],
            NetDevices = [new NetDevice { HostInterfaceName = "/a/x", Name = "n" }],
            AdditionalGids = [1],
            IntelRdt = new IntelRdt { ClosId = "/a" },
        };
        CdiSpec before = TestData.Spec(edits) with { Annotations = new Dictionary<string, string> { ["p"] = "/a/x" } };
        CdiSpec after = new RootTransform("/a", "/b").Apply(before);
        ContainerEdits left = after.Devices[0].ContainerEdits;
        Assert.Same(before.Annotations, after.Annotations);
        Assert.Equal((edits.Env, edits.NetDevices, edits.AdditionalGids, edits.IntelRdt), (left.Env, left.NetDevices, left.AdditionalGids, left.IntelRdt));
        Assert.Equal(["H=/a/x"], left.Hooks[0].Env);
    }

    [Fact]
    [Requirement("CDI-146")]
    public void A_shared_entity_moves_once()
    {
        var shared = new ContainerEdits { Mounts = [new Mount { HostPath = "/lib", ContainerPath = "/lib" }] };
        CdiSpec spec = TestData.Spec() with
        {
            Devices = [new CdiDevice { Name = "a", ContainerEdits = shared }, new CdiDevice { Name = "b", ContainerEdits = shared }],
        };
        CdiSpec moved = new RootTransform("/", "/host").Apply(new MergedDevice().Apply(spec));
        Assert.All(moved.Devices, device => Assert.Equal("/host/lib", device.ContainerEdits.Mounts[0].HostPath));
        Assert.Equal("/lib", shared.Mounts[0].HostPath);
    }

    [Fact]
    [Requirement("CDI-147")]
    public void Filled_host_paths_can_be_dropped_again()
    {
        CdiSpec before = TestData.Spec(new ContainerEdits
        {
            DeviceNodes = [new DeviceNode { Path = "/x" }, new DeviceNode { Path = "/y", HostPath = "/y" }, new DeviceNode { Path = "/a/z" }],
        });
        CdiSpec after = SpecTransforms.DropFilledHostPaths(before, new RootTransform("/a", "/b").Apply(before));
        Assert.Equal(["", "/y", "/b/z"], after.Devices[0].ContainerEdits.DeviceNodes.Select(n => n.HostPath));
    }

    [Fact]
    [Requirement("CDI-148", "CDI-149")]
    public void The_driver_root_moves_devices_first()
    {
        CdiSpec spec = TestData.Spec(new ContainerEdits
        {
            DeviceNodes = [new DeviceNode { Path = "/dev/x", HostPath = "/driver/dev/x" }],
            Mounts = [new Mount { HostPath = "/driver/lib", ContainerPath = "/lib" }],
        });
        ContainerEdits same = new DriverRootTransform { DriverRoot = "/driver", TargetDriverRoot = "/host" }.Apply(spec).Devices[0].ContainerEdits;
        Assert.Equal(("/host/dev/x", "/host/lib"), (same.DeviceNodes[0].HostPath, same.Mounts[0].HostPath));
        ContainerEdits split = new DriverRootTransform { DriverRoot = "/driver", TargetDriverRoot = "/host", TargetDevRoot = "/" }.Apply(spec).Devices[
            0].ContainerEdits;
        Assert.Equal(("/dev/x", "/host/lib"), (split.DeviceNodes[0].HostPath, split.Mounts[0].HostPath));
        ContainerEdits named = new DriverRootTransform { DriverRoot = "/d", TargetDriverRoot = "/d", DevRoot = "/driver/dev", TargetDevRoot = "/r/dev/" }.Apply(
            spec).Devices[0].ContainerEdits;
        Assert.Equal(("/r/dev/x", "/driver/lib"), (named.DeviceNodes[0].HostPath, named.Mounts[0].HostPath));
        // What the first step made may be moved again by the second.
        ContainerEdits again = new DriverRootTransform { DriverRoot = "/", TargetDriverRoot = "/host", DevRoot = "/driver", TargetDevRoot = "/r" }.Apply(
            spec).Devices[0].ContainerEdits;
        Assert.Equal("/host/r/dev/x", again.DeviceNodes[0].HostPath);
    }

    private static ContainerEdits Everything(string hookName) => new()
    {
        DeviceNodes = [new DeviceNode { Path = "/a/d" }, new DeviceNode { Path = "/other" }],
        Mounts = [new Mount { HostPath = "/a/m", ContainerPath = "/a/m" }],
        Hooks = [new Hook { HookName = hookName, Path = "/a/h", Args = ["/a/x"], Env = ["H=/a/x"] }],
    };

    private static CdiDevice Device(string name, string env) => new()
    {
        Name = name,
        Annotations = new Dictionary<string, string> { ["n"] = name },
        ContainerEdits = new ContainerEdits { Env = [env] },
    };
}
