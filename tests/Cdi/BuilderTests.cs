namespace GpuContainers.Cdi.Tests;

public sealed class BuilderTests
{
    private static readonly CdiDevice Device = new() { Name = "0", ContainerEdits = new ContainerEdits { Env = ["B=1", "A=1", "A=1"] } };

    [Fact]
    [Requirement("CDI-151", "CDI-154")]
    public void Defaults_make_a_simplified_document_of_the_toolkit()
    {
        BuiltSpec built = new SpecBuilder { Devices = [Device], ContainerEdits = new ContainerEdits { Env = ["A=1"] } }.Build();
        Assert.Equal("nvidia.com/gpu", built.Spec.Kind);
        Assert.Equal(["B=1"], built.Spec.Devices[0].ContainerEdits.Env);
        Assert.Equal(3, new SpecBuilder { Devices = [Device], NoSimplify = true }.Build().Spec.Devices[0].ContainerEdits.Env.Count);
        Assert.Equal(["0", "all"], new SpecBuilder { Devices = [Device], MergedDevice = new MergedDevice() }.Build().Spec.Devices.Select(d => d.Name));
    }

    [Fact]
    [Requirement("CDI-152")]
    public void A_raw_document_keeps_what_it_says()
    {
        CdiSpec raw = TestData.Spec(Device.ContainerEdits, version: "0.7.0");
        BuiltSpec built = new SpecBuilder { RawSpec = raw, Version = "1.0.0", Class = "other" }.Build();
        Assert.Equal(("acme.example/other", "0.7.0"), (built.Spec.Kind, built.Spec.Version));
        Assert.Equal(3, built.Spec.Devices[0].ContainerEdits.Env.Count);
    }

    [Theory]
    [Requirement("CDI-153", "CDI-158")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("DETECT_MINIMUM_VERSION")]
    public void Without_a_version_the_lowest_is_found(string? version)
    {
        BuiltSpec built = new SpecBuilder { Devices = [Device], Version = version }.Build();
        Assert.Equal("0.5.0", built.Spec.Version);
        Assert.Contains("cdiVersion: 0.5.0", System.Text.Encoding.UTF8.GetString(built.ToBytes()), StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("CDI-153")]
    public void A_given_version_is_never_changed()
    {
        Assert.Throws<CdiException>(() => new SpecBuilder { Devices = [Device], Version = "0.4.0" }.Build().ToBytes());
        BuiltSpec built = new SpecBuilder { Devices = [Device], Version = "v0.6.0" }.Build();
        Assert.Contains("cdiVersion: v0.6.0", System.Text.Encoding.UTF8.GetString(built.ToBytes()), StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("CDI-157")]
    [InlineData(SpecFormat.Yaml, "x.yaml")]
    [InlineData(SpecFormat.Json, "x.json")]
    public void A_stream_gets_what_a_file_has(SpecFormat format, string name)
    {
        using var folder = new TemporaryFolder();
        BuiltSpec built = new SpecBuilder { Devices = [Device], Format = format }.Build();
        string path = built.Save(folder.Path + "/x");
        Assert.Equal(folder.Path + "/" + name, path);
        Assert.Equal(File.ReadAllBytes(path), built.ToBytes());
        Assert.Throws<CdiException>(() => new SpecBuilder { Format = format }.Build().ToBytes());
    }
}
