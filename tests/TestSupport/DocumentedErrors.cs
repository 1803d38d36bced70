using System.Text.RegularExpressions;

namespace GpuContainers.TestSupport;

/// <summary>The texts that a section of docs/errors.md lists.</summary>
public static partial class DocumentedErrors
{
    /// <summary>All of them are in what programs have said.</summary>
    /// <param name="section">The section's title.</param>
    /// <param name="said">What was said.</param>
    /// <param name="elsewhere">Texts that other tests provoke.</param>
    public static void AssertProvoked(string section, IReadOnlyCollection<string> said, params string[] elsewhere)
    {
        string[] parts = File.ReadAllText(Checkout.At("docs", "errors.md")).Split($"\n## {section}\n");
        string[] texts = [.. Row().Matches(parts[1].Split("\n## ")[0]).Select(static match => match.Groups[1].Value)];
        Assert.NotEmpty(texts);
        Assert.Empty(elsewhere.Except(texts));
        Assert.All(texts.Except(elsewhere), text => Assert.Contains(said, one => Holds(one, text)));
        // What happens is what is listed: an error that has no row is one that nobody finds.
        Assert.All(said, one => Assert.True(texts.Any(text => Holds(one, text)), one));
    }

    // Where a text has "…", a value or path of the case stands.
    private static bool Holds(string said, string text) =>
        Regex.IsMatch(said, Regex.Escape(text).Replace("…", ".*", StringComparison.Ordinal), RegexOptions.Singleline);

    [GeneratedRegex("^\\| `([^`]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
