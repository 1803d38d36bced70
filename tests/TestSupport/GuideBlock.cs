namespace GpuContainers.TestSupport;

/// <summary>A fenced block of a guide.</summary>
/// <param name="Page">The page, such as "docker.md".</param>
/// <param name="Line">Where it begins.</param>
/// <param name="Info">What stands behind the fence: "sh" for commands that a test runs, "text not run here: …" with the reason for others.</param>
/// <param name="Text">Its lines.</param>
public sealed record GuideBlock(string Page, int Line, string Info, string Text)
{
    private const string Fence = "```";

    /// <summary>All pages of the guide.</summary>
    public static IReadOnlyList<string> Pages =>
        [.. Directory.EnumerateFiles(Checkout.At("docs/guide"), "*.md").Select(static path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>The blocks of a page, in order.</summary>
    public static IReadOnlyList<GuideBlock> Of(string page)
    {
        var blocks = new List<GuideBlock>();
        string[] lines = File.ReadAllLines(Checkout.At("docs/guide", page));
        for (int at = 0; at < lines.Length; at++)
        {
            if (!lines[at].StartsWith(Fence, StringComparison.Ordinal))
                continue;
            int start = at;
            while (++at < lines.Length && !lines[at].StartsWith(Fence, StringComparison.Ordinal)) { }
            blocks.Add(new GuideBlock(page, start + 1, lines[start][Fence.Length..], string.Join('\n', lines[(start + 1)..at]) + "\n"));
        }
        return blocks;
    }
}
