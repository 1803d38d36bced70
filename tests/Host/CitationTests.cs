namespace GpuContainers.Host.Tests;

public sealed class CitationTests
{
    // The numbers of discovery.md that state a rule. Left out: how the reference builds its discoverers, which nobody sees from outside (DS-40 to DS-45,
    // DS-130, DS-135), files that nothing here reads (DS-101), and which of NVML's functions are called, in which order (NV-30, NV-31).
    private static readonly (int First, int Last)[] s_discovery = [(1, 39), (46, 100), (102, 129), (131, 134), (136, 138)];
    private static readonly (int First, int Last)[] s_nvml = [(1, 25), (32, 33)];

    [Fact]
    public void Every_rule_of_discovery_is_named_by_a_test() => Assert.Empty(Citations.Missing("DS", Numbers(s_discovery)));

    [Fact]
    public void Every_rule_of_NVML_is_named_by_a_test() => Assert.Empty(Citations.Missing("NV", Numbers(s_nvml)));

    private static IEnumerable<int> Numbers((int First, int Last)[] ranges) => ranges.SelectMany(static range => Enumerable.Range(range.First, range.Last - range.First + 1));
}
