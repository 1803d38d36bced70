namespace GpuContainers.Ctk.Tests.Cdi.Generate;

/// <summary>Several documents of one generation.</summary>
public sealed class GenerateCoherentTests(CoherentHost host) : IClassFixture<CoherentHost>
{
    private const string Flag = "--feature-flag=enable-coherent-annotations";

    [Fact]
    [Requirement("GN-16", "GN-93", "GN-94")]
    public void Three_files_under_names_with_an_infix()
    {
        host.Shell("rm -rf /run/cdi");
        CommandResult result = host.Generate(Flag, "--output=/run/cdi/nv.json").Succeeded();
        Assert.Equal(["nv.coherent.json", "nv.json", "nv.noncoherent.json"], Directory.GetFiles(host.At("/run/cdi")).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
        GeneratedSpec whole = Read("nv.json"), coherent = Read("nv.coherent.json"), other = Read("nv.noncoherent.json");
        Assert.Equal(("nvidia.com/gpu", "0.5.0"), (whole.Kind, whole.Version));
        Assert.Equal(("nvidia.com/gpu.coherent", "0.6.0"), (coherent.Kind, coherent.Version));
        Assert.Equal(("nvidia.com/gpu.noncoherent", "0.6.0"), (other.Kind, other.Version));
        Assert.Equal(5, whole.Devices.Length);
        Assert.Equal(["/dev/nvidia0"], coherent.Nodes("all"));
        Assert.Equal(["/dev/nvidia1"], other.Nodes("all"));
        Assert.Equal(whole.Mounts, coherent.Mounts);
        foreach (string name in (string[])["nv.json", "nv.coherent.json", "nv.noncoherent.json"])
            Assert.DoesNotContain("annotations", File.ReadAllText(host.At("/run/cdi/" + name)), StringComparison.Ordinal);
        Assert.Equal(3, result.Errors.Split("Generated CDI spec with version").Length - 1);
    }

    [Fact]
    [Requirement("GN-94")]
    public void Without_extension_the_infix_comes_first()
    {
        host.Shell("rm -rf /run/plain");
        host.Generate(Flag, "--output=/run/plain/nv").Succeeded();
        Assert.Equal(["nv", "nv.coherent", "nv.noncoherent"], Directory.GetFiles(host.At("/run/plain")).Select(Path.GetFileName)
            .Order(StringComparer.Ordinal));
    }

    [Fact]
    [Requirement("GN-94")]
    public void On_standard_output_they_stand_back_to_back()
    {
        string output = host.Generate(Flag).Succeeded().Output;
        Assert.Equal(["nvidia.com/gpu", "nvidia.com/gpu.coherent", "nvidia.com/gpu.noncoherent"], output.Split('\n')
            .Where(static line => line.StartsWith("kind: ", StringComparison.Ordinal)).Select(static line => line[6..]));
        Assert.Equal(3, output.Split("---\n").Length - 1);
    }

    // And only what was written is called written.
    [Fact]
    [Requirement("GN-95")]
    public void One_failure_does_not_keep_the_others_from_being_written()
    {
        host.Shell("rm -rf /run/some; mkdir -p /run/some/nv.coherent.yaml");
        CommandResult result = host.Generate(Flag, "--output=/run/some/nv.yaml");
        Assert.Equal(1, result.Status);
        Assert.True(File.Exists(host.At("/run/some/nv.yaml")));
        Assert.True(File.Exists(host.At("/run/some/nv.noncoherent.yaml")));
        Assert.Equal(2, result.Errors.Split("Generated CDI spec with version").Length - 1);
        Assert.Contains("failed to write spec: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("nv.coherent.yaml", result.Errors, StringComparison.Ordinal);
    }

    private GeneratedSpec Read(string name) => new(File.ReadAllText(host.At("/run/cdi/" + name)));
}
