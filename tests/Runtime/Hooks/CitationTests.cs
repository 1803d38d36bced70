namespace GpuContainers.Runtime.Tests.Hooks;

public sealed class CitationTests
{
    // HK-62 and HK-95 are options that we do without.
    private static readonly int[] s_options = [62, 95];

    [Fact]
    public void Every_rule_of_the_hooks_is_named_by_a_test() => Assert.Empty(Citations.Missing("HK", Enumerable.Range(1, 134).Except(s_options)));

    [Fact]
    public void Every_rule_of_the_cache_is_named_by_a_test() => Assert.Empty(Citations.Missing("LC", Enumerable.Range(1, 21)));
}
