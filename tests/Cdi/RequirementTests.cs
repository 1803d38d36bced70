using System.Text.RegularExpressions;

namespace GpuContainers.Cdi.Tests;

/// <summary>Every requirement of the CDI specification (CDI-1 to CDI-199) that states a rule is cited by a test.</summary>
public sealed partial class RequirementTests
{
    private const int Last = 199;

    // How to read the document, and design advice without a visible rule.
    private static readonly Dictionary<int, string> NoRule = new()
    {
        [1] = "names the baseline",
        [2] = "points to the section on later development",
        [3] = "explains the word Better",
        [194] = "design: no reflection; the build's AOT analyzers hold it",
        [199] = "design: no dependency on the rest; the room rules hold it",
    };

    // What other rooms prove, with other names for the same rules.
    private static readonly Dictionary<int, string> Elsewhere = new()
    {
        [121] = "RT-255",
        [122] = "RT-250",
        [123] = "RT-251",
        [124] = "RT-252",
        [183] = "conformance cdi-generate/output-format",
        [184] = "conformance cdi-generate/output-*",
        [185] = "conformance cdi-generate/no-all, cdi-generate/yaml",
        [186] = "conformance cdi-generate/output-coherent",
        [187] = "conformance cdi-generate/output-coherent",
        [188] = "conformance cdi-generate/output-coherent",
        [189] = "conformance cdi-generate/output-coherent",
        [190] = "conformance cdi-generate/flag-coherent",
        [191] = "conformance cdi-generate/output-coherent",
        [192] = "a use of CDI-148 and CDI-155 by the installer",
    };

    [Fact]
    public void Every_rule_is_cited_by_a_test()
    {
        var cited = new HashSet<int>();
        foreach (string file in Directory.GetFiles(Path.Combine(TestData.Root, "tests"), "*.cs", SearchOption.AllDirectories))
        {
            if (file.Contains("/obj/", StringComparison.Ordinal) || file.EndsWith("/RequirementTests.cs", StringComparison.Ordinal))
                continue;
            foreach (Match match in Citation().Matches(File.ReadAllText(file)))
                cited.Add(int.Parse(match.Groups[1].Value));
        }
        int[] missing = [.. Enumerable.Range(1, Last).Where(id => !cited.Contains(id) && !NoRule.ContainsKey(id) && !Elsewhere.ContainsKey(id))];
        Assert.True(missing.Length == 0, "without a test: " + string.Join(", ", missing.Select(id => $"CDI-{id}")));
        Assert.DoesNotContain(cited, id => id > Last);
    }

    [GeneratedRegex("CDI[-_]([0-9]{1,3})(?![0-9])")]
    private static partial Regex Citation();
}
