using GpuContainers.Generation.Explanations;
using GpuContainers.Generation.Tests.Discovery;

namespace GpuContainers.Generation.Tests.Modes;

public sealed class ExplanationTests
{
    [Theory]
    [InlineData("rtx-graphics", GenerationMode.Nvml)]
    [InlineData("a100-mig", GenerationMode.Nvml)]
    [InlineData("h200x8", GenerationMode.Management)]
    [InlineData("h200x8", GenerationMode.Gds)]
    [InlineData("h200x8", GenerationMode.Imex)]
    [InlineData("orin", GenerationMode.Csv)]
    public void Everything_of_the_document_is_explained(string name, GenerationMode mode)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        var explanation = new Explanation();
        string csv = host.At("/etc/nvidia-container-runtime/host-files-for-container.d");
        GenerationOptions options = host.Options(new GenerationOptions { Mode = mode, CsvFiles = Directory.Exists(csv) ? Directory.GetFiles(csv) : [] });
        Cdi.CdiSpec spec = SpecGenerator.Generate(options, [], host.Context(), explanation);
        HashSet<string> found = [.. explanation.Sections.SelectMany(static section => section.Items).SelectMany(static item => item.Found)];
        Assert.All(spec.ContainerEdits.Mounts, mount => Assert.Contains(mount.HostPath, found));
        foreach (Cdi.CdiDevice device in spec.Devices)
            Assert.All(device.ContainerEdits.DeviceNodes, node => Assert.Contains(node.HostPath, found));
        HashSet<string> decided = [
            .. explanation.Sections.SelectMany(static section => section.Items).Where(static item => item.Note == "put in").Select(static item => item.Wanted)];
        Assert.All(spec.ContainerEdits.Hooks, hook => Assert.Contains("hook " + hook.Args[1], decided));
        Assert.All(explanation.Sections, static section => Assert.Contains(' ', section.Rule));
        Assert.Equal(explanation.Sections[^1].Title, explanation.Current);
    }

    [Fact]
    [Requirement("GN-98")]
    public void Missing_nodes_are_those_of_devices_that_have_none()
    {
        using SimulatedTree host = SimulatedTree.Of("missing-node");
        var explanation = new Explanation();
        SpecGenerator.Generate(host.Options(new GenerationOptions { Mode = GenerationMode.Nvml }), [], host.Context(), explanation);
        Assert.Equal(["/dev/nvidia1"], explanation.MissingNodes);
        Assert.Contains(explanation.Missing, static item => item.Wanted == "nvidia-imex");
    }
}
