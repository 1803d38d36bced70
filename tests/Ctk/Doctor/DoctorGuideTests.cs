using System.Text.RegularExpressions;
using GpuContainers.Ctk.Doctor;
using GpuContainers.Ctk.Doctor.Report;

namespace GpuContainers.Ctk.Tests.Doctor;

/// <summary>The guide says what doctor does.</summary>
public sealed partial class DoctorGuideTests
{
    private static readonly string s_guide = File.ReadAllText(Checkout.At("docs", "guide", "doctor.md"));

    [Fact]
    [Requirement("DR-7")]
    public void Every_complaint_of_the_table_is_answered_by_a_check_or_has_a_reason()
    {
        Match[] rows = [.. Row().Matches(s_guide).OfType<Match>()];
        Assert.Equal(Enumerable.Range(1, 41), rows.Select(static row =>
            int.Parse(row.Groups["number"].Value, System.Globalization.CultureInfo.InvariantCulture)));
        foreach (Match row in rows)
        {
            string code = row.Groups["check"].Value.Trim('`'), says = row.Groups["says"].Value;
            if (code == "–")
                Assert.False(string.IsNullOrWhiteSpace(says));
            else
                Assert.Contains(DoctorCases.All, one => one.Code == code && one.Seen.StartsWith(says.Trim('`'), StringComparison.Ordinal));
        }
    }

    [Fact]
    [Requirement("DR-7")]
    public void Every_check_is_listed_with_its_reason()
    {
        string list = s_guide[s_guide.IndexOf("## All checks", StringComparison.Ordinal)..];
        string[] lines = [.. AllChecks.List.Select(static check => $"| {ReportText.Title(check.Subject)} | `{check.Code}` | {check.Why} |")];
        Assert.Equal(lines, list.Split('\n').Where(static line => line.Contains("| `", StringComparison.Ordinal)));
    }

    [Fact]
    [Requirement("DR-7")]
    public void The_picture_is_what_is_printed() =>
        Assert.Contains(File.ReadAllText(Checkout.At("testdata", "doctor", "broken.txt")).TrimEnd('\n'), s_guide, StringComparison.Ordinal);

    [GeneratedRegex("^\\| (?<number>[0-9]+) \\| (?<complaint>[^|]+) \\| (?<check>[^|]+) \\| (?<says>[^|]+) \\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
