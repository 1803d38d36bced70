using System.Text;
using GpuContainers.Cdi;
using GpuContainers.Generation.Hooks;

namespace GpuContainers.Generation.Tests.Modes;

/// <summary>From what was found to a document.</summary>
public sealed class SpecBuildingTests
{
    private static readonly GenerationOptions s_nvml = new() { Mode = GenerationMode.Nvml };

    // What the document has decides.
    [Theory]
    [Requirement("GN-50", "GN-58")]
    [InlineData("h200x2", "", "0.5.0")]
    [InlineData("rtx-graphics", "", "0.7.0")]
    [InlineData("gh200", "enable-coherent-annotations", "0.6.0")]
    public void The_version_is_the_lowest_that_will_do(string name, string flag, string version)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        CdiSpec spec = host.Generate(s_nvml with { FeatureFlags = flag.Length > 0 ? [flag] : [] });
        Assert.Equal((version, "nvidia.com/gpu"), (spec.Version, spec.Kind));
    }

    [Fact]
    [Requirement("GN-50")]
    public void Vendor_and_class_are_those_asked_for()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        Assert.Equal("acme.org/npu", host.Generate(s_nvml with { Vendor = "acme.org", Class = "npu" }).Kind);
        Assert.Equal("0.6.0", host.Generate(s_nvml with { Class = "g.p" }).Version);
    }

    // What all get is not repeated by a device, unless the device would be empty.
    [Fact]
    [Requirement("GN-51", "GN-52", "GN-53")]
    public void Nothing_is_said_twice()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        CdiSpec spec = host.Generate(s_nvml with { MergedDevice = "all" });
        Assert.Equal(spec.ContainerEdits.Mounts.Count, spec.ContainerEdits.Mounts.Distinct().Count());
        Assert.Empty(spec.FindDevice("0")!.ContainerEdits.DeviceNodes.Intersect(spec.ContainerEdits.DeviceNodes));
        Assert.Equal([44u, 106u], spec.FindDevice("0")!.ContainerEdits.AdditionalGids.Distinct().Order());
        var same = new ContainerEdits { Env = ["A=1"] };
        CdiSpec kept = SpecTransforms.Simplify(new CdiSpec { Devices = [new CdiDevice { Name = "d", ContainerEdits = same }], ContainerEdits = same });
        Assert.Equal(["A=1"], kept.Devices[0].ContainerEdits.Env);
    }

    [Fact]
    [Requirement("GN-54")]
    public void Nodes_and_mounts_are_sorted_by_depth_and_path()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        CdiSpec spec = host.Generate(s_nvml);
        string[] paths = [.. spec.ContainerEdits.Mounts.Select(static mount => mount.ContainerPath)];
        Assert.Equal(paths.OrderBy(static path => path.Count(static c => c == '/')).ThenBy(static path => path, StringComparer.Ordinal), paths);
        Assert.Equal(["/dev/nvidia0", "/dev/dri/card0", "/dev/dri/renderD128"], spec.Nodes("0"));
    }

    // The union in the order of names, and never twice.
    [Fact]
    [Requirement("GN-55")]
    public void The_merged_device_holds_all_others()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x16");
        CdiSpec spec = host.Generate(s_nvml with { MergedDevice = "all" });
        Assert.Equal(17, spec.Devices.Count);
        Assert.Equal(48, spec.Nodes("all").Length);
        IEnumerable<Hook> symlinks = spec.FindDevice("all")!.ContainerEdits.Hooks.Where(static hook => hook.Args[1] == HookName.CreateSymlinks);
        string[] links = [.. symlinks.Select(static hook => hook.Args[3].Split("::")[0])];
        Assert.Equal(["../card0", "../card1", "../card10", "../card11"], links.Take(4));
        CdiSpec management = host.Generate(new GenerationOptions { Mode = GenerationMode.Management, MergedDevice = "all" });
        Assert.Equal(["all"], management.Names());
    }

    [Fact]
    [Requirement("GN-56")]
    public void Fields_come_in_their_order()
    {
        using SimulatedTree host = SimulatedTree.Of("restricted-nodes");
        string json = Encoding.UTF8.GetString(CdiSpecWriter.ToJson(host.Generate(s_nvml)));
        int at = 0;
        foreach (
            string field in (string[])[
            "cdiVersion", "kind", "devices", "name", "containerEdits", "deviceNodes", "path", "hostPath", "major", "fileMode", "permissions", "gid", "hooks",
            "hookName", "path", "args", "env", "additionalGids", "containerEdits", "env", "deviceNodes", "hooks", "mounts", "hostPath", "containerPath",
            "options"])
            Assert.True((at = json.IndexOf($"\"{field}\":", at, StringComparison.Ordinal)) >= 0, field);
    }

    [Fact]
    [Requirement("GN-93")]
    public void A_split_has_no_annotations_and_a_merged_device_each()
    {
        using SimulatedTree host = SimulatedTree.Of("gh200");
        CdiSpec spec = host.Generate(s_nvml with { FeatureFlags = [FeatureFlag.CoherentAnnotations] });
        IReadOnlyList<SpecDocument> documents = CoherentSplit.Apply(spec, "all");
        Assert.Equal(["", ".coherent", ".noncoherent"], documents.Select(static document => document.Infix));
        Assert.Equal(["0 1 all", "1 all", "0 all"], documents.Select(static document => string.Join(' ', document.Spec.Names())));
        Assert.All(documents, static document => Assert.All(document.Spec.Devices, static device => Assert.Empty(device.Annotations)));
        Assert.Equal(["0.5.0", "0.6.0", "0.6.0"], documents.Select(static document => document.Spec.Version));
        Assert.Single(CoherentSplit.Apply(host.Generate(s_nvml), null));
    }

    [Fact]
    [Requirement("GN-7")]
    public void Unknown_flags_are_told_and_known_ones_are_not()
    {
        using SimulatedTree host = SimulatedTree.Of("h200x2");
        string log = LogCapture.Of(() => host.Generate(s_nvml with { FeatureFlags = ["bogus", .. FeatureFlag.Known] }));
        Assert.Contains("ignoring unknown feature flag bogus", log, StringComparison.Ordinal);
        Assert.Single(log.Split('\n'), static line => line.Contains("level=warning", StringComparison.Ordinal));
    }
}
