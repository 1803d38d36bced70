using GpuContainers.Ctk.Explain;

namespace GpuContainers.Ctk.Tests.Explain;

public sealed class ExplainTextTests
{
    [Fact]
    [Requirement("SEC-31")]
    public void Text_of_the_image_steers_no_terminal()
    {
        const string Hostile = "a\u001b[2Jb\nby:       nobody";
        var note = new PlanNote(Hostile, Hostile, Hostile, Hostile);
        var plan = new PlanAnswer(
            "legacy", Hostile, Hostile, [Hostile], [new PlannedChange("variable", Hostile, Hostile, Hostile, true)], [note], [note], Hostile)
        {
            Differences = [Hostile],
        };
        string text = ExplainText.Write(plan);
        Assert.DoesNotContain('\u001b', text);
        Assert.DoesNotContain(text.Split('\n'), static line => line.StartsWith("by:       nobody", StringComparison.Ordinal));
        Assert.Contains("asks for: a\\u001b[2Jb\\u000aby:       nobody\n", text, StringComparison.Ordinal);
    }
}
