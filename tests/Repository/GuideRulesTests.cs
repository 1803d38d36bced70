namespace GpuContainers.Repository.Tests;

/// <summary>What people copy from the guides is run by a test, or says why it is not.</summary>
public sealed class GuideRulesTests
{
    private const string NotRun = "text not run here: ";

    // What a block may be beside commands.
    private static readonly string[] s_data = ["json", "yaml", "toml", "diff", "text output"];

    // By tests/EndToEnd/GuideCommandsTests.cs: in a simulated host, there with a Docker that knows CDI, and outside; by ContainerdGuideTests.cs below Pods; by
    // RootlessGuideTests.cs as a user.
    private static readonly string[] s_run =
        ["sh", "sh docker 25", "sh simulator", "sh containerd 1.7", "sh containerd 2", "sh containerd back", "sh user"];

    public static TheoryData<string> Pages => [.. GuideBlock.Pages];

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_block_of_commands_is_run_or_says_why_not(string page) =>
        Assert.All(GuideBlock.Of(page), static block => Assert.True(
            s_run.Contains(block.Info) || s_data.Contains(block.Info) || IsExplained(block.Info),
            $"{block.Page}:{block.Line}: a block is sh (run by a test), data, or \"{NotRun}WHY\", not \"{block.Info}\""));

    private static bool IsExplained(string info) => info.StartsWith(NotRun, StringComparison.Ordinal) && info.Length > NotRun.Length + 4;

    [Fact]
    public void Every_page_stands_in_the_list_of_pages()
    {
        string list = File.ReadAllText(Checkout.At("docs/guide/README.md"));
        Assert.DoesNotContain(GuideBlock.Pages, page => page != "README.md" && !list.Contains($"({page})", StringComparison.Ordinal));
    }
}
