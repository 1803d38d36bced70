using GpuContainers.Cdi;
using GpuContainers.Host.Tegra;

namespace GpuContainers.Generation.Tests.Discovery;

public sealed class CsvMountsTests
{
    private const string Tegra = "/usr/lib/x86_64-linux-gnu/nvidia";

    // Folders, libraries, targets of links, the release file; links of the libraries, then those that were named.
    [Fact]
    [Requirement("DS-112")]
    public void Entries_come_by_kind_in_their_order()
    {
        using SimulatedTree host = SimulatedTree.Of("orin");
        ContainerEdits edits = Find(
            host,
            ("sym", Tegra + "/libcuda.so"), ("lib", Tegra + "/libnvos.so"), ("dir", "/lib/firmware/tegra23x"), ("dev", "/dev/nvmap"),
                ("lib", Tegra + "/libcuda.so.1.1"), ("dev", "nvidia0"));
        Assert.Equal(["/dev/nvmap", "/dev/nvidia0"], Searches.Nodes(edits));
        Assert.Equal(
            ["/lib/firmware/tegra23x", Tegra + "/libnvos.so", Tegra + "/libcuda.so.1.1", Tegra + "/libcuda.so.1.1", "/etc/nv_tegra_release"],
                host.Mounts(edits));
        Assert.Equal([$"libcuda.so.1::{Tegra}/libcuda.so", $"libcuda.so.1.1::{Tegra}/libcuda.so.1", $"libcuda.so.1.1::{Tegra}/libcuda.so"], host.Links(edits));
        Assert.Equal(2, edits.Hooks.Count);
    }

    // Patterns, folders that are none, and devices that are none.
    [Fact]
    [Requirement("DS-3")]
    public void Entries_may_be_patterns_and_must_be_of_their_kind()
    {
        using SimulatedTree host = SimulatedTree.Of("orin");
        ContainerEdits edits = Find(host, ("dev", "/dev/nvhost-*gpu"), ("lib", Tegra + "/libnvrm_*.so"), ("dir", Tegra + "/*"), ("lib", "/lib/firmware/*"),
            ("dev", Tegra + "/libnvos.so"), ("sym", "/nowhere"));
        Assert.Equal(["/dev/nvhost-ctrl-gpu", "/dev/nvhost-gpu", "/dev/nvhost-prof-gpu"], Searches.Nodes(edits));
        Assert.Equal([Tegra + "/libnvrm_gpu.so", Tegra + "/libnvrm_mem.so", "/etc/nv_tegra_release"], host.Mounts(edits));
    }

    // Every link on the way, as stored, each once.
    [Fact]
    [Requirement("DS-113")]
    public void Links_are_made_again_with_every_step()
    {
        using SimulatedTree host = SimulatedTree.Of("orin");
        ContainerEdits edits = Find(host, ("sym", "/usr/lib/x86_64-linux-gnu/libcuda.so"), ("sym", Tegra + "/libcuda.so"), ("sym", Tegra + "/libcuda.so.1.1"));
        Assert.Equal([Tegra + "/libcuda.so.1.1", "/etc/nv_tegra_release"], host.Mounts(edits));
        Assert.Equal(["nvidia/libcuda.so::/usr/lib/x86_64-linux-gnu/libcuda.so", $"libcuda.so.1.1::{Tegra}/libcuda.so"], host.Links(edits));
    }

    // Below a root an absolute target leads to the root's file; the link keeps the root in front.
    [Fact]
    [Requirement("DS-113", "DS-114", "DS-9")]
    public void A_link_to_an_absolute_path_is_followed_inside_the_root()
    {
        using SimulatedTree host = SimulatedTree.Of("driver-container");
        host.Write("/run/nvidia/driver/opt/tegra/libx.so.1");
        host.Link("/run/nvidia/driver/usr/lib/libx.so", "/opt/tegra/libx.so.1");
        ContainerEdits edits = Find(host, ("sym", "/usr/lib/libx.so"));
        Assert.Equal(["/run/nvidia/driver/opt/tegra/libx.so.1 > /opt/tegra/libx.so.1"], host.Mounts(edits));
        Assert.Equal(["/opt/tegra/libx.so.1::/run/nvidia/driver/usr/lib/libx.so"], host.Links(edits));
    }

    [Fact]
    [Requirement("DS-112")]
    public void Without_entries_the_release_file_remains()
    {
        using SimulatedTree host = SimulatedTree.Of("orin");
        string log = LogCapture.Of(() => Assert.Equal(["/etc/nv_tegra_release"], host.Mounts(Find(host))));
        Assert.Contains("No mount specs specified", log, StringComparison.Ordinal);
        using SimulatedTree thor = SimulatedTree.Of("thor");
        Assert.Empty(Find(thor).Mounts);
    }

    // Only links are ignored by pattern; the name alone behind "**/", else the whole path.
    [Theory]
    [Requirement("DS-115", "DS-116")]
    [InlineData("**/libcuda.so", "libcuda.so.1")]
    [InlineData("**/libcuda*", "")]
    [InlineData(Tegra + "/libcuda.so*", "")]
    [InlineData(Tegra + "/*.so", "libcuda.so.1")]
    [InlineData("libcuda.so", "libcuda.so libcuda.so.1")]
    [InlineData("/usr/*", "libcuda.so libcuda.so.1")]
    public void Links_may_be_ignored(string pattern, string links)
    {
        using SimulatedTree host = SimulatedTree.Of("orin");
        CdiSpec spec = Generate(host, new GenerationOptions { Mode = GenerationMode.Csv, CsvIgnorePatterns = [pattern] }, ("sym", Tegra + "/libcuda.so.1"),
            ("sym", Tegra + "/libcuda.so"), ("lib", Tegra + "/libnvos.so"));
        Assert.Equal(
            links.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static link => $"libcuda.so.1.1::{Tegra}/{link}").Order(StringComparer.Ordinal),
            host.Links(spec.ContainerEdits).Order(StringComparer.Ordinal));
        Assert.Contains(Tegra + "/libnvos.so", host.Mounts(spec.ContainerEdits));
    }

    // The nodes belong to the device, everything else to all containers.
    [Theory]
    [Requirement("DS-116")]
    [InlineData("orin")]
    [InlineData("thor")]
    public void A_Tegra_is_described_by_its_files(string name)
    {
        using SimulatedTree host = SimulatedTree.Of(name);
        CdiSpec spec = Generate(host, new GenerationOptions { Mode = GenerationMode.Auto });
        CdiDevice device = Assert.Single(spec.Devices);
        Assert.Equal("0", device.Name);
        Assert.Contains("/dev/nvmap", Searches.Nodes(device.ContainerEdits));
        Assert.Contains("/dev/nvidia0", Searches.Nodes(device.ContainerEdits));
        Assert.Empty(spec.ContainerEdits.DeviceNodes);
        Assert.Contains("/lib/firmware/tegra23x", host.Mounts(spec.ContainerEdits));
        Assert.Contains(host.Hooks(spec.ContainerEdits), static hook => hook.StartsWith("update-ldcache --folder /usr/lib", StringComparison.Ordinal));
    }

    private static ContainerEdits Find(SimulatedTree host, params (string Kind, string Path)[] entries) =>
        host.Parts().CsvMounts.Find(CsvFiles.Read([File(host, entries)]));

    private static CdiSpec Generate(SimulatedTree host, GenerationOptions options, params (string Kind, string Path)[] entries)
    {
        string[] files = entries.Length > 0 ? [File(host, entries)] : [.. CsvFiles.Default.Select(host.At)];
        return SpecGenerator.Generate(host.Options(options) with { CsvFiles = files }, [], host.Context());
    }

    private static string File(SimulatedTree host, (string Kind, string Path)[] entries) =>
        host.Write("/test.csv", string.Concat(entries.Select(static entry => $"{entry.Kind}, {entry.Path}\n")));
}
