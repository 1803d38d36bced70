namespace GpuContainers.Cdi.Tests;

public sealed class SpecVersionTests
{
    private static readonly ContainerEdits HostPath = new() { DeviceNodes = [new DeviceNode { Path = "/dev/a", HostPath = "/dev/b" }] };
    private static readonly ContainerEdits MountType = new() { Mounts = [new Mount { HostPath = "/a", ContainerPath = "/b", Type = "bind" }] };
    private static readonly ContainerEdits Plain = new() { Env = ["A=1"] };

    [Theory]
    [Requirement("CDI-32")]
    [InlineData("0.1.0", true)]
    [InlineData("1.1.0", true)]
    [InlineData("v0.5.0", true)]
    [InlineData("vv0.5.0", false)]
    [InlineData("0.9.0", false)]
    [InlineData("1.2.0", false)]
    [InlineData("0.3", false)]
    [InlineData("", false)]
    public void Versions_are_known_or_not(string version, bool known) => Assert.Equal(known, SpecVersion.IsKnown(version));

    [Fact]
    [Requirement("CDI-32")]
    public void A_leading_v_stays_when_the_document_is_written() =>
        Assert.Contains("cdiVersion: v0.5.0\n", TestData.Yaml(TestData.Spec(version: "v0.5.0")), StringComparison.Ordinal);

    [Theory]
    [Requirement("CDI-33")]
    [InlineData("0.1.0")]
    [InlineData("0.2.0")]
    public void Versions_below_the_lowest_requirement_are_too_low(string version) =>
        Assert.Contains("must be at least v0.3.0", SpecVersion.FindProblem(TestData.Spec(version: version))!.Text, StringComparison.Ordinal);

    public static TheoryData<string, string> Requirements => new()
    {
        { "0.3.0", "env: [A=1]" },
        { "0.4.0", "mounts: [{hostPath: /a, containerPath: /b, type: bind}]" },
        { "0.5.0", "deviceNodes: [{path: /a, hostPath: /b}]" },
        { "0.7.0", "additionalGids: [0]" },
        { "0.7.0", "intelRdt: {}" },
        { "1.1.0", "intelRdt: {schemata: []}" },
        { "1.1.0", "intelRdt: {enableMonitoring: true}" },
        { "0.7.0", "intelRdt: {enableMonitoring: false}" },
        { "1.1.0", "netDevices: [{hostInterfaceName: a, name: b}]" },
    };

    [Theory]
    [Requirement("CDI-34")]
    [MemberData(nameof(Requirements))]
    public void Edits_need_a_version(string version, string edits)
    {
        CdiSpec inDevice = TestData.Read($"cdiVersion: 1.1.0\nkind: a/b\ndevices: [{{name: d, containerEdits: {{{edits}}}}}]\n");
        CdiSpec global = TestData.Read($"cdiVersion: 1.1.0\nkind: a/b\ncontainerEdits: {{{edits}}}\ndevices: [{{name: d, containerEdits: {{env: [B=1]}}}}]\n");
        Assert.Equal(version, SpecVersion.Minimum(inDevice));
        Assert.Equal(version, SpecVersion.Minimum(global));
        Assert.Equal(version, SpecVersion.MinimumOnLoad(global));
    }

    [Fact]
    [Requirement("CDI-34")]
    public void Names_and_annotations_need_a_version()
    {
        var annotated = new Dictionary<string, string> { ["a"] = "b" };
        Assert.Equal("0.6.0", SpecVersion.Minimum(TestData.Spec() with { Annotations = annotated }));
        Assert.Equal("0.6.0", SpecVersion.Minimum(TestData.Spec() with { Devices = [new CdiDevice { Name = "d", Annotations = annotated }] }));
        Assert.Equal("0.6.0", SpecVersion.Minimum(TestData.Spec() with { Kind = "a/b.c" }));
        Assert.Equal("0.3.0", SpecVersion.Minimum(TestData.Spec() with { Kind = "a.b/c" }));
        Assert.Equal("0.5.0", SpecVersion.Minimum(TestData.Spec(device: "0a")));
    }

    [Fact]
    [Requirement("CDI-35", "CDI-36")]
    public void Reading_looks_at_the_last_device_only_stamping_at_all()
    {
        foreach ((ContainerEdits edits, string version) in new[] { (HostPath, "0.5.0"), (MountType, "0.4.0") })
        {
            CdiSpec first = TestData.Spec() with { Devices = [Device("a", edits), Device("b", Plain)] };
            CdiSpec last = TestData.Spec() with { Devices = [Device("a", Plain), Device("b", edits)] };
            Assert.Equal("0.3.0", SpecVersion.MinimumOnLoad(first));
            Assert.Equal(version, SpecVersion.Minimum(first));
            Assert.Equal(version, SpecVersion.MinimumOnLoad(last));
            Assert.Null(SpecVersion.FindProblem(first with { Version = "0.3.0" }));
        }
    }

    [Fact]
    [Requirement("CDI-37")]
    public void The_version_is_checked_on_load_and_on_write()
    {
        CdiSpec low = TestData.Spec(HostPath, version: "0.4.0");
        CdiException error = Assert.Throws<CdiException>(() => TestData.Read(TestData.Yaml(low)));
        Assert.Contains("the spec version must be at least v0.5.0", error.Message, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        Assert.Throws<CdiException>(() => CdiSpecFile.Save(folder.Path + "/x.yaml", low));
        Assert.Empty(Directory.GetFiles(folder.Path));
        Assert.Contains("invalid version \"0.9.0\"", SpecVersion.FindProblem(low with { Version = "0.9.0" })!.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-150")]
    public void The_minimum_is_stamped_without_a_v()
    {
        CdiSpec spec = SpecTransforms.MinimumVersion(TestData.Spec(HostPath, version: "v1.0.0"));
        Assert.Equal("0.5.0", spec.Version);
    }

    private static CdiDevice Device(string name, ContainerEdits edits) => new() { Name = name, ContainerEdits = edits };
}
