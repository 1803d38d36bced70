using GpuContainers.Cdi;
using GpuContainers.Generation.Legacy;

namespace GpuContainers.Generation.Tests.Discovery;

/// <summary>DRM nodes by what a container asked for.</summary>
[Requirement("DS-59", "DS-60", "DS-61")]
public sealed class LegacyGraphicsTests
{
    private static readonly string[] s_all = [
        .. Enumerable.Range(0, 8).Select(static n => $"/dev/dri/card{n}"), .. Enumerable.Range(0, 8).Select(static n => $"/dev/dri/renderD{n + 128}")];

    // By minor, UUID or address; the special words are compared with each element, the first hit decides.
    [Theory]
    [Requirement("DS-59")]
    [InlineData("all", true)]
    [InlineData("none", false)]
    [InlineData("void", false)]
    [InlineData("", false)]
    [InlineData("none,all", false)]
    [InlineData("all,none", true)]
    public void Special_words_select_all_or_nothing(string devices, bool all)
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        Assert.Equal(all ? s_all : [], Searches.Nodes(Find(host, devices.Split(','))));
    }

    [Theory]
    [Requirement("DS-59")]
    [InlineData("2", 2)]
    [InlineData("GPU-2f4d1a03-7c3e-4b6a-9d21-5e8f4a000003", 3)]
    [InlineData("0000:9a:00.0", 4)]
    public void A_GPU_is_selected_by_index_UUID_or_address(string device, int number)
    {
        using SimulatedTree host = SimulatedTree.Of("h200x8");
        ContainerEdits edits = Find(host, "x", device);
        // Cards first, then the nodes for rendering (DS-60).
        Assert.Equal([$"/dev/dri/card{number}", $"/dev/dri/renderD{128 + number}"], Searches.Nodes(edits));
        // The links that distributions make by the address of the GPU (DS-61).
        Assert.Equal([$"../card{number}", $"../renderD{128 + number}"], Links(host, edits)
            .Where(static link => link.Contains("by-path", StringComparison.Ordinal)).Select(static link => link.Split("::")[0]));
    }

    [Fact]
    [Requirement("DS-60")]
    public void Other_kinds_of_DRM_nodes_are_not_given()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        host.Node("/dev/dri/controlD64", 226, 64);
        Directory.CreateDirectory(host.At("/sys/bus/pci/devices/0000:18:00.0/drm/controlD64"));
        host.Node("/dev/dri/card9", 226, 9);
        Assert.Equal(["/dev/dri/card0", "/dev/dri/renderD128"], Searches.Nodes(Find(host, "all")));
    }

    [Fact]
    [Requirement("DS-61")]
    public void Nothing_selected_makes_no_links()
    {
        using SimulatedTree host = SimulatedTree.Of("rtx-graphics");
        Assert.DoesNotContain(Links(host, Find(host, "none")), static link => link.Contains("by-path", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Links(SimulatedTree host, ContainerEdits edits) => host.Links(edits);

    private static ContainerEdits Find(SimulatedTree host, params string[] devices) => LegacyGraphics.Find(host.Options(), devices, host.Context());
}
