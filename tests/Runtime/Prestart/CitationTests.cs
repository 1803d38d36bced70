namespace GpuContainers.Runtime.Tests.Prestart;

public sealed class CitationTests
{
    // 76 to 79 tell how engines call the hook: by the runtime (RT-215, RT-216), by Docker itself, and by the file that CT-110 to CT-112 describe.
    [Fact]
    public void Every_rule_of_the_hook_is_named_by_a_test() => Assert.Empty(Citations.Missing("LG", Enumerable.Range(1, 75)));

    [Fact]
    public void A_rule_that_no_test_names_is_found() => Assert.Equal([3000], Citations.Missing("LG", [1, 3000]));
}
