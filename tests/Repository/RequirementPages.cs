using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>The rules of docs/requirements, and who cites them.</summary>
internal static partial class RequirementPages
{
    private const string Folder = "docs/requirements";

    private static readonly Lazy<Dictionary<string, string>> s_rules = new(static () =>
    {
        var rules = new Dictionary<string, string>();
        foreach (string page in Directory.EnumerateFiles(Checkout.At(Folder), "*.md").Order(StringComparer.Ordinal))
            Read(page, rules);
        return rules;
    });

    /// <summary>The text of each rule by its id; for an anchor on a heading the heading alone.</summary>
    internal static IReadOnlyDictionary<string, string> Rules => s_rules.Value;

    /// <summary>Rules that say what is done better than in NVIDIA's toolkit, without a switch.</summary>
    internal static IEnumerable<string> Promises =>
        Rules.Where(static rule => rule.Value.Contains("**Better:**", StringComparison.Ordinal)).Select(static rule => rule.Key);

    /// <summary>Rules that are agreed and not built, by the list on the first page.</summary>
    internal static HashSet<string> NotKept()
    {
        string list = File.ReadAllText(Checkout.At(Folder, "README.md")).Split("## Not kept yet")[1];
        var found = new HashSet<string>();
        foreach (Match series in WholeSeries().Matches(list))
            found.UnionWith(
                SeriesName().Matches(series.Value).SelectMany(name => Rules.Keys.Where(id => id.StartsWith(name.Value + "-", StringComparison.Ordinal))));
        found.UnionWith(MeantIn(list));
        return found;
    }

    /// <summary>Every id that is written in a text.</summary>
    internal static IEnumerable<string> WrittenIn(string text) => IdRange().Matches(text).SelectMany(static match => (string[])
    [
        $"{match.Groups[1].Value}-{match.Groups[2].Value}{match.Groups[4].Value}",
        .. match.Groups[3].Success ? [$"{match.Groups[1].Value}-{match.Groups[3].Value}"] : Array.Empty<string>(),
    ]);

    /// <summary>Every id that a text means; "RT-1 to RT-3" means three, if there are three.</summary>
    internal static IEnumerable<string> MeantIn(string text) => WrittenIn(text).Concat(IdRange().Matches(text)
        .Where(static match => match.Groups[3].Success).SelectMany(static match => Range(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value)));

    private static IEnumerable<string> Range(string series, string first, string last) =>
        Enumerable.Range(int.Parse(first), int.Parse(last) - int.Parse(first) + 1).Select(number => $"{series}-{number}").Where(Rules.ContainsKey);

    private static void Read(string page, Dictionary<string, string> rules)
    {
        string? current = null;
        foreach (string line in File.ReadLines(page))
        {
            string[] anchors = [.. Anchor().Matches(line).Select(static match => match.Groups[1].Value)];
            if (anchors.Length > 0)
                current = anchors[0];
            else if (line.Length > 0 && !line.StartsWith("  ", StringComparison.Ordinal))
                current = null;
            foreach (string anchor in anchors)
                rules.Add(anchor, "");
            if (current is not null)
                rules[current] += line + "\n";
        }
    }

    [GeneratedRegex("<a id=\"([A-Z]+-[0-9]+[a-z]?)\"></a>")]
    private static partial Regex Anchor();

    // A number that belongs to a longer word or name is not an id.
    [GeneratedRegex("(?<![A-Za-z0-9_-])(RT|CF|CDI|DS|NV|GN|HK|LC|SEC|LG|CL|NL|CG|CT|IN|DR|NRI)-([0-9]+)(?: to (?:\\1-)?([0-9]+))?([a-z])?(?![A-Za-z0-9_])")]
    private static partial Regex IdRange();

    [GeneratedRegex("The whole series [A-Z, and]+\\.")]
    private static partial Regex WholeSeries();

    [GeneratedRegex("\\b(?!The\\b)[A-Z]{2,3}\\b")]
    private static partial Regex SeriesName();
}
