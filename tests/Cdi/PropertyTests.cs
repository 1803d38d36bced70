using System.Text;
using CsCheck;
using GpuContainers.Oci;

namespace GpuContainers.Cdi.Tests;

public sealed class PropertyTests
{
    [Fact]
    public void What_is_written_is_read_again_in_both_formats() => SpecGenerator.Spec.Sample(spec =>
    {
        Assert.Empty(spec.Validate());
        byte[] json = CdiSpecWriter.ToJson(spec);
        Assert.Equal(json, CdiSpecWriter.ToJson(CdiSpecReader.Read(json, "x.json")));
        byte[] yaml = CdiSpecWriter.ToYaml(spec);
        Assert.Equal(Encoding.UTF8.GetString(json), Encoding.UTF8.GetString(CdiSpecWriter.ToJson(CdiSpecReader.Read(yaml, "x.yaml"))));
        Assert.Equal(yaml, CdiSpecWriter.ToYaml(CdiSpecReader.Read(yaml, "x.yaml")));
    }, iter: 1000);

    [Fact]
    public void An_injected_document_has_what_was_asked_for() => SpecGenerator.Spec.Sample(spec =>
    {
        // Nodes of the host are another test's; here every node is complete.
        ContainerEdits edits = spec.Devices[0].ContainerEdits.Append(spec.ContainerEdits);
        edits = edits with { DeviceNodes = [.. edits.DeviceNodes.Select(node => node with { Type = "c", Major = 9 })] };
        OciDocument document = OciDocument.Parse("""{"process":{"env":["OLD=1"]},"mounts":[{"destination":"/proc"}],"x":1.50}"""u8.ToArray());
        CdiInjector.Inject(document, edits);
        OciDocument read = OciDocument.Parse(document.ToBytes(), strict: false);
        Dictionary<string, string> env = [];
        foreach (string entry in edits.Env)
            env[entry[..entry.IndexOf('=')]] = entry;
        Assert.Equal(["OLD=1", .. env.Values], read.Env);
        Assert.Equal(edits.DeviceNodes.Select(n => n.Path).ToHashSet(), read.Devices.Select(d => d.Path).ToHashSet());
        foreach (Mount mount in edits.Mounts)
            Assert.Contains(read.Mounts, m => m.Destination == mount.ContainerPath);
        foreach (string stage in edits.Hooks.Select(h => h.HookName).Distinct())
            Assert.Equal(edits.Hooks.Where(h => h.HookName == stage).Select(h => h.Path), read.Hooks(stage).Select(h => h.Path));
        Assert.Equal(edits.AdditionalGids.Where(g => g != 0).Distinct(), read.AdditionalGids);
        Assert.EndsWith(
            "\"x\":1.50", Encoding.UTF8.GetString(document.ToBytes()).Split(",\"linux\"")[0].Split(",\"hooks\"")[0].TrimEnd('}'), StringComparison.Ordinal);
    }, iter: 1000);

    [Fact]
    public void Simplifying_twice_is_simplifying_once() => SpecGenerator.Spec.Sample(spec =>
    {
        CdiSpec once = SpecTransforms.Simplify(spec);
        Assert.Equal(CdiSpecWriter.ToJson(once), CdiSpecWriter.ToJson(SpecTransforms.Simplify(once)));
        // Nothing is lost: what a device gets with the global edits is the same set as before.
        foreach (CdiDevice device in spec.Devices)
        {
            ContainerEdits before = device.ContainerEdits.Append(spec.ContainerEdits);
            ContainerEdits after = once.FindDevice(device.Name)!.ContainerEdits.Append(once.ContainerEdits);
            Assert.Equal(before.Mounts.ToHashSet(), after.Mounts.ToHashSet());
            Assert.Equal(before.Hooks.ToHashSet(), after.Hooks.ToHashSet());
            Assert.Equal(before.Env.ToHashSet(), after.Env.ToHashSet());
        }
    }, iter: 500);

    [Fact]
    public void A_root_that_nothing_lies_below_changes_nothing_more() => SpecGenerator.Spec.Sample(spec =>
    {
        CdiSpec there = new RootTransform("/usr", "/opt/root").Apply(spec);
        Assert.Equal(CdiSpecWriter.ToJson(there), CdiSpecWriter.ToJson(new RootTransform("/nowhere-at-all", "/x").Apply(there)));
    }, iter: 300);

    [Fact]
    [Requirement("CDI-198")]
    public void Random_text_only_ever_gives_an_error()
    {
        Gen<string> text = Gen.Char["abk: -[]{},?|>&*!'\"\\#%@`\n\t<0x~"].Array[0, 60].Select(c => new string(c));
        text.Sample(t =>
        {
            try
            {
                CdiSpecReader.Parse(Encoding.UTF8.GetBytes(t), "random");
            }
            catch (CdiException error)
            {
                Assert.NotEmpty(error.Problems);
            }
        }, iter: 20000);
    }
}
