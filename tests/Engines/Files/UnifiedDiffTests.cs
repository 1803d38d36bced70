using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using GpuContainers.Engines.Files;

namespace GpuContainers.Engines.Tests.Files;

public sealed partial class UnifiedDiffTests
{
    // Few different lines, so that they repeat; the last may have no end.
    private static readonly Gen<string> s_text =
        from lines in Choice.Of("a\n", "b\n", "c\n", "\n", "d\r\n").Array[0, 30]
        from last in Choice.Of("", "a", "e")
        select string.Concat(lines) + last;

    [Fact]
    public void Applied_to_the_old_text_it_gives_the_new_one() =>
        Gen.Select(s_text, s_text).Sample((before, after) => Apply(before, Between(before, after)) == after);

    [Fact]
    public void Small_changes_of_long_texts_stay_small()
    {
        string before = string.Concat(Enumerable.Range(0, 2000).Select(i => $"line {i}\n"));
        string after = before.Replace("line 10\n", "", StringComparison.Ordinal).Replace("line 1990\n", "line 1990\nnew\n", StringComparison.Ordinal);
        Assert.Equal(
            "--- /x\n+++ /x\n@@ -8,7 +8,6 @@\n line 7\n line 8\n line 9\n-line 10\n line 11\n line 12\n line 13\n@@ -1989,6 +1988,7 @@\n line 1988\n line " +
                "1989\n line 1990\n+new\n line 1991\n line 1992\n line 1993\n",
            Between(before, after));
    }

    [Theory]
    [InlineData(null, "a\n", "--- /dev/null\n+++ /x\n@@ -0,0 +1,1 @@\n+a\n")]
    [InlineData("a", null, "--- /x\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n\\ No newline at end of file\n")]
    [InlineData("a", "a\n", "--- /x\n+++ /x\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n")]
    [InlineData("a\n", "a\n", "")]
    [InlineData(null, null, "")]
    public void Files_that_come_and_go_and_ends_of_lines(string? before, string? after, string expected) => Assert.Equal(expected, Between(before, after));

    private static string Between(string? before, string? after) =>
        UnifiedDiff.Between("/x", before is null ? null : Encoding.UTF8.GetBytes(before), after is null ? null : Encoding.UTF8.GetBytes(after));

    // What patch does, for a diff whose context must fit exactly.
    private static string Apply(string before, string diff)
    {
        List<string> old = [.. Lines().Matches(before).Select(match => match.Value)];
        var result = new StringBuilder();
        int at = 0;
        List<string> rows = [.. Lines().Matches(diff).Select(match => match.Value)];
        for (int i = 2; i < rows.Count; i++)
        {
            if (Header().Match(rows[i]) is { Success: true } header)
            {
                int start = int.Parse(header.Groups[1].Value);
                for (int end = start - (header.Groups[2].Value == "0" ? 0 : 1); at < end; at++)
                    result.Append(old[at]);
                continue;
            }
            if (rows[i][0] == '\\')
                continue;
            bool isLast = i + 1 < rows.Count && rows[i + 1][0] == '\\';
            string line = isLast ? rows[i][1..^1] : rows[i][1..];
            if (rows[i][0] != '+')
                Assert.Equal(old[at++], line);
            if (rows[i][0] != '-')
                result.Append(line);
        }
        return result.Append(string.Concat(old.Skip(at))).ToString();
    }

    [GeneratedRegex("[^\n]*\n|[^\n]+$")]
    private static partial Regex Lines();

    [GeneratedRegex("^@@ -([0-9]+),([0-9]+) \\+[0-9]+,[0-9]+ @@\n$")]
    private static partial Regex Header();
}
