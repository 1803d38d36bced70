namespace GpuContainers.Runtime.Tests.Create;

public sealed class CitationTests
{
    // The numbers of runtime.md that are in use; the gaps are not.
    private static readonly (int First, int Last)[] s_rules =
    [
        (1, 7), (10, 15), (20, 25), (30, 49), (50, 56), (60, 63), (70, 75), (80, 94), (100, 105), (110, 118), (120, 136), (138, 138), (140, 147), (150, 156),
        (160, 185), (190, 194), (200, 211), (215, 223), (225, 232), (240, 255), (260, 261),
    ];

    [Fact]
    public void Every_rule_of_the_runtime_is_named_by_a_test() =>
        Assert.Empty(Citations.Missing("RT", s_rules.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))));
}
