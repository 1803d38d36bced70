using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>SECURITY.md says which test holds which promise: the tests exist, and no rule and no published flaw is without one.</summary>
public sealed partial class SecurityDocumentTests
{
    // The flaws of the toolkit itself, and those of its neighbours that reach it.
    private static readonly string[] Flaws =
    [
        "CVE_2024_0132", "CVE_2024_0133", "CVE_2024_0134", "CVE_2024_0135", "CVE_2024_0136", "CVE_2024_0137", "CVE_2025_23359", "CVE_2025_23266",
            "CVE_2025_23267", "CVE_2026_24260",
        "CVE_2024_21626", "CVE_2025_31133", "CVE_2025_52881", "CVE_2026_41579", "CVE_2026_53492",
    ];

    private static readonly Lazy<HashSet<string>> Tests = new(static () => [.. SourceFiles.In("tests").SelectMany(static f => SourceFiles.Lines(f)
        .Select(static l => TestMethod().Match(l)).Where(static m => m.Success).Select(static m => m.Groups[1].Value))]);

    [Fact]
    public void Every_test_that_the_page_names_exists()
    {
        string[] named = [.. File.ReadLines(Checkout.At("SECURITY.md")).Where(static l => l.StartsWith('|')).SelectMany(static l => Table().Matches(l))
            .Select(static m => m.Groups[1].Value)];
        Assert.NotEmpty(named);
        Assert.Empty(named.Except(Tests.Value));
    }

    [Fact]
    public void Every_rule_about_hostile_images_has_a_test()
    {
        IEnumerable<string> rules = RequirementPages.Rules.Keys.Where(static id => id.StartsWith("SEC-", StringComparison.Ordinal))
            .Except(RequirementPages.NotKept());
        Assert.NotEmpty(rules);
        Assert.Empty(rules.Except(RequirementRulesTests.ByAttribute()));
    }

    [Fact]
    public void Every_published_flaw_has_a_test_of_its_name_and_stands_on_the_page()
    {
        Assert.DoesNotContain(Flaws, static f => !Tests.Value.Any(t => Regex.IsMatch(t, $"(^|_){f}(_|$)")));
        string page = File.ReadAllText(Checkout.At("SECURITY.md"));
        Assert.DoesNotContain(Flaws, f => !page.Contains(f.Replace('_', '-'), StringComparison.Ordinal));
    }

    // docs/security-proofs.md is what the last run of `make test-mutations` found.
    [Fact]
    public void Every_guard_was_proven()
    {
        string proofs = File.ReadAllText(Checkout.At("docs", "security-proofs.md"));
        Assert.DoesNotContain("survived", proofs, StringComparison.Ordinal);
        string[] guards = [.. Guard().Matches(File.ReadAllText(Checkout.At("eng", "mutations", "guards.toml"))).Select(static m => m.Groups[1].Value)];
        Assert.NotEmpty(guards);
        Assert.DoesNotContain(guards, g => !proofs.Contains($"| {g} |", StringComparison.Ordinal));
    }

    // A guard whose text has changed could not be taken out any more.
    [Fact]
    public void Every_change_of_a_guard_finds_its_text_once()
    {
        IReadOnlyList<Match> changes = Change().Matches(File.ReadAllText(Checkout.At("eng", "mutations", "guards.toml")));
        Assert.NotEmpty(changes);
        RepositoryFiles.AssertNone(changes
            .Select(static change => (File: change.Groups[1].Value, Text: change.Groups[2].Value + change.Groups[3].Value))
            .Where(static change => File.ReadAllText(Checkout.At(change.File)).Split(change.Text).Length != 2)
            .Select(static change => $"{change.File}: {change.Text}"));
    }

    [GeneratedRegex("public (?:async Task|void) ([A-Za-z0-9_]+)\\(")]
    private static partial Regex TestMethod();

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`")]
    private static partial Regex Table();

    [GeneratedRegex("^what = \"(.*)\"$", RegexOptions.Multiline)]
    private static partial Regex Guard();

    [GeneratedRegex("^file = \"([^\"\n]+)\"\ntext = (?:'''\n?(.*?)'''|['\"]([^\n]*)['\"])\n", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Change();
}
