using System.Globalization;
using System.Text.RegularExpressions;

namespace GpuContainers.Ctk.Tests.Runtime;

/// <summary>Which requirements of the engines and of the configuration the tests name, in their names (CT_44) or comments.</summary>
public sealed partial class ConfigureCitationTests
{
    // The numbers of ctk.md that state a rule; 168 tells a purpose, the other gaps are not in use.
    private static readonly (int First, int Last)[] s_ctk =
    [
        (1, 17), (20, 28), (30, 36), (40, 53), (60, 65), (70, 78), (80, 90), (95, 98), (100, 105), (110, 113), (120, 128), (130, 131),
        (140, 141), (150, 157), (160, 167), (170, 173), (180, 182), (185, 186), (190, 192),
    ];

    // Those of config.md.
    private static readonly (int First, int Last)[] s_config =
    [
        (1, 5), (10, 17), (20, 24), (30, 30), (40, 41), (50, 53), (60, 61), (70, 79), (90, 95), (100, 104), (110, 116), (120, 124), (130, 134),
    ];

    [Fact]
    public void Every_rule_of_the_tool_is_named_by_a_test() => Assert.Empty(Missing("CT", s_ctk));

    [Fact]
    public void Every_rule_of_the_configuration_is_named_by_a_test() => Assert.Empty(Missing("CF", s_config));

    private static List<int> Missing(string series, (int First, int Last)[] ranges)
    {
        HashSet<int> named = [.. Directory.EnumerateFiles(Repository.At("tests"), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Citation().Matches(File.ReadAllText(file)))
            .Where(match => match.Groups[1].Value == series)
            .Select(match => int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture))];
        return [.. ranges.SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1)).Where(number => !named.Contains(number))];
    }

    [GeneratedRegex("(?<![A-Za-z])([A-Z]{2,3})[-_]([0-9]+)(?![0-9A-Za-z])")]
    private static partial Regex Citation();
}
