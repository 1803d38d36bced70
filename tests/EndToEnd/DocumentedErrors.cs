using System.Text.RegularExpressions;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>The texts that a section of docs/errors.md lists.</summary>
internal static partial class DocumentedErrors
{
    /// <summary>All of them are in what programs have said.</summary>
    /// <param name="section">The section's title.</param>
    /// <param name="said">What was said.</param>
    /// <param name="elsewhere">Texts that other tests provoke.</param>
    internal static void AssertProvoked(string section, IReadOnlyCollection<string> said, params string[] elsewhere)
    {
        string[] parts = File.ReadAllText(Checkout.At("docs", "errors.md")).Split($"\n## {section}\n");
        string[] texts = [.. Row().Matches(parts[1].Split("\n## ")[0]).Select(static match => match.Groups[1].Value)];
        Assert.NotEmpty(texts);
        Assert.Empty(elsewhere.Except(texts));
        Assert.All(texts.Except(elsewhere), text => Assert.Contains(said, one => one.Contains(text, StringComparison.Ordinal)));
        // What happens is what is listed: an error that has no row is one that nobody finds.
        Assert.All(said, one => Assert.True(texts.Any(text => one.Contains(text, StringComparison.Ordinal)), one));
    }

    [GeneratedRegex("^\\| `([^`]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
