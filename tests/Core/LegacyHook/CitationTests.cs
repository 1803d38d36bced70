using GpuContainers.Core.Tests.Support;

namespace GpuContainers.Core.Tests.LegacyHook;

public sealed class CitationTests
{
    // 77 tells what Docker does, which is no rule for us.
    [Fact]
    public void Every_rule_of_the_hook_is_named_by_a_test() => Assert.Empty(Citations.Missing("LG", Enumerable.Range(1, 79).Where(number => number != 77)));

    [Fact]
    public void A_rule_that_no_test_names_is_found() => Assert.Equal([3000], Citations.Missing("LG", [1, 3000]));
}
