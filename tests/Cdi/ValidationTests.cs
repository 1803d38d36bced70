using GpuContainers.Oci;

namespace GpuContainers.Cdi.Tests;

/// <summary>The order of checks and the fine points; single violations are in testdata/cdi/bad.</summary>
[Requirement("CDI-47", "CDI-48")]
public sealed class ValidationTests
{
    [Fact]
    [Requirement("CDI-45", "CDI-50")]
    public void Problems_come_in_the_order_of_the_reference()
    {
        var spec = new CdiSpec
        {
            Version = "0.9.0",
            Kind = "9/9",
            ContainerEdits = new ContainerEdits { Env = ["X"] },
            Devices = [new CdiDevice { Name = "-" }, new CdiDevice { Name = "-", ContainerEdits = new ContainerEdits { Env = ["Y"] } }],
        };
        string[] members = [.. spec.Validate(new CdiOptions { Validator = _ => "mine" }).Select(p => p.Member)];
        Assert.Equal(
            ["", "cdiVersion", "kind", "kind", "containerEdits.env[0]", "devices[0].name", "devices[0]", "devices[1].name", "devices[1].containerEdits.env[0]",
                "devices[1].name"],
            members);
        Assert.Contains((spec with { Devices = [] }).Validate(), p => p.Text == "invalid spec, no devices");
        Assert.Contains(spec.Validate(), p => p.Text.StartsWith("failed add device \"-\": ", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("CDI-46")]
    public void Emptiness_has_exceptions()
    {
        Assert.True(ContainerEdits.Empty.IsEmpty);
        Assert.False(new ContainerEdits { AdditionalGids = [0] }.IsEmpty);
        Assert.False(new ContainerEdits { IntelRdt = new IntelRdt() }.IsEmpty);
        Assert.False(new ContainerEdits { NetDevices = [new NetDevice()] }.IsEmpty);
        Assert.Empty(TestData.Spec(new ContainerEdits { AdditionalGids = [0] }).Validate());
        Assert.Contains(TestData.Spec(ContainerEdits.Empty).Validate(), p => p.Text.Contains("empty device edits", StringComparison.Ordinal));
    }

    [Fact]
    [Requirement("CDI-47")]
    public void Kinds_of_edits_are_checked_in_order()
    {
        CdiSpec spec = TestData.Spec(new ContainerEdits
        {
            NetDevices = [new NetDevice()],
            IntelRdt = new IntelRdt { ClosId = ".." },
            Mounts = [new Mount()],
            Hooks = [new Hook { HookName = "x" }],
            DeviceNodes = [new DeviceNode { Type = "x", Permissions = "x" }],
            Env = ["x"],
        });
        string[] lists = [.. spec.Validate().Select(p => p.Member["devices[0].containerEdits.".Length..].Split('[', '.')[0]).Distinct()];
        Assert.Equal(["env", "deviceNodes", "hooks", "mounts", "intelRdt", "netDevices"], lists);
    }

    [Theory]
    [Requirement("CDI-48")]
    [InlineData("prestart", true)]
    [InlineData("createRuntime", true)]
    [InlineData("createContainer", true)]
    [InlineData("startContainer", true)]
    [InlineData("poststart", true)]
    [InlineData("poststop", true)]
    [InlineData("PreStart", false)]
    [InlineData("", false)]
    public void Hook_names_are_case_sensitive(string name, bool valid) =>
        Assert.Equal(valid, TestData.Spec(new ContainerEdits { Hooks = [new Hook { HookName = name, Path = "/h" }] }).Validate().Count == 0);

    [Fact]
    [Requirement("CDI-49")]
    public void An_application_can_add_a_check_for_reading_and_writing()
    {
        var options = new CdiOptions { Validator = spec => spec.Kind == "a/b" ? "no a/b here" : null };
        byte[] text = CdiSpecWriter.ToYaml(TestData.Spec() with { Kind = "a/b" });
        Assert.Contains("no a/b here", Assert.Throws<CdiException>(() => CdiSpecReader.Read(text, "x", options)).Message, StringComparison.Ordinal);
        using var folder = new TemporaryFolder();
        Assert.Throws<CdiException>(() => CdiSpecFile.Save(folder.Path + "/x", TestData.Spec() with { Kind = "a/b" }, options: options));
        Assert.Equal(folder.Path + "/x.yaml", CdiSpecFile.Save(folder.Path + "/x", TestData.Spec(), options: options));
    }

    // As later releases of the format's library have it.
    [Fact]
    [Requirement("CDI-2")]
    public void The_permissions_none_are_an_option()
    {
        CdiSpec spec = TestData.Spec(new ContainerEdits { DeviceNodes = [new DeviceNode { Path = "/dev/x", Permissions = "none" }] });
        Assert.NotEmpty(spec.Validate());
        Assert.Empty(spec.Validate(new CdiOptions { PermissionsNone = true }));
    }
}
