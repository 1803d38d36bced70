namespace GpuContainers.Generation.Tests.Modes;

public sealed class CitationTests
{
    // The numbers that are in use; the gaps are not.
    private static readonly (int First, int Last)[] s_rules = [(1, 36), (50, 63), (80, 98)];

    [Fact]
    public void Every_rule_of_generation_is_named_by_a_test() =>
        Assert.Empty(Citations.Missing("GN", s_rules.SelectMany(static range => Enumerable.Range(range.First, range.Last - range.First + 1))));
}
