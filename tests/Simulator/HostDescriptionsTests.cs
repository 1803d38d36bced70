using GpuContainers.Diagnostics;
using GpuContainers.Simulator.Description;
using GpuContainers.Simulator.Tree;

namespace GpuContainers.Simulator.Tests;

public sealed class HostDescriptionsTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public static TheoryData<string> Names() => [.. HostDescriptions.Names];

    public void Dispose() => File.Delete(_file);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_host_of_the_program_has_a_sentence_and_a_tree_without_two_entries_of_one_path(string name)
    {
        HostDescription host = HostDescriptions.Load(name);
        Assert.NotEmpty(host.About);
        HostTree tree = HostTreePlan.Make(host, static () => []);
        Assert.Equal(tree.Entries.Select(static e => e.Path).Distinct(), tree.Entries.Select(static e => e.Path));
        Assert.All(tree.Entries, static e => Assert.StartsWith("/", e.Path, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "gpu": [] }""", "gpu")]
    [InlineData("""{ "gpus": [ { "count": 0 } ] }""", "gpus.count")]
    [InlineData("""{ "gpus": [ { "count": 2, "minor": 1 } ] }""", "gpus.count")]
    [InlineData("""{ "gpus": [ { "busId": "18:00" } ] }""", "gpus.busId")]
    [InlineData("""{ "gpus": [ { "mig": [ { "profile": "9g.1gb", "gpuInstance": 1 } ] } ] }""", "profile")]
    [InlineData("""{ "driver": { "version": "new" } }""", "driver.version")]
    [InlineData("""{ "driver": { "root": "x" } }""", "driver.root")]
    [InlineData("""{ "driver": { "nvml": "sings" } }""", "nvml")]
    [InlineData("""{ "extras": [ "coffee" ] }""", "coffee")]
    [InlineData("""{ "nodes": { "mode": "rw" } }""", "nodes.mode")]
    [InlineData("null", "null")]
    [InlineData("{", "line 1")]
    public void A_wrong_file_is_refused_with_the_place(string json, string place)
    {
        File.WriteAllText(_file, json);
        var error = Assert.Throws<ToolkitException>(() => HostDescriptions.Load(_file));
        Assert.StartsWith(_file, error.Message, StringComparison.Ordinal);
        Assert.Contains(place, error.Message, StringComparison.Ordinal);
        // Neither types of the program nor sentences of its libraries.
        Assert.DoesNotContain("GpuContainers", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("JSON property", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("converted", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<ToolkitException>(static () => HostDescriptions.Load("h300"));
        Assert.Contains("h200x2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GPUs_are_counted_by_bus_id_whatever_their_order_and_minors()
    {
        File.WriteAllText(_file, """{ "gpus": [ { "busId": "0000:9a:00.0", "minor": 0 }, { "busId": "0000:18:00.0", "minor": 1 } ] }""");
        IReadOnlyList<SimulatedGpu> gpus = SimulatedGpus.Resolve(HostDescriptions.Load(_file));
        Assert.Equal(["0000:18:00.0", "0000:9a:00.0"], gpus.Select(static g => g.BusId));
        Assert.Equal([1u, 0u], gpus.Select(static g => g.Minor));
        Assert.Equal([0, 1], gpus.Select(static g => g.Index));
    }

    [Fact]
    public void Several_alike_differ_in_UUID_bus_id_and_minor()
    {
        File.WriteAllText(_file, """{ "gpus": [ { "count": 16 } ] }""");
        IReadOnlyList<SimulatedGpu> gpus = SimulatedGpus.Resolve(HostDescriptions.Load(_file));
        Assert.Equal(16, gpus.Select(static g => g.Uuid).Distinct().Count());
        Assert.Equal(16, gpus.Select(static g => g.BusId).Distinct().Count());
        Assert.Equal(16, gpus.Select(static g => g.Minor).Distinct().Count());
    }
}
