using System.Net;
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

    [Fact]
    [Requirement("DR-7")]
    public void The_drawn_picture_is_the_beginning_of_what_is_printed()
    {
        string[] printed = File.ReadAllLines(Checkout.At("testdata", "doctor", "broken.txt"));
        string drawn = File.ReadAllText(Checkout.At("docs", "guide", "doctor.svg"));
        string[] rows = [.. DrawnRow().Matches(drawn).Select(static row => WebUtility.HtmlDecode(Markup().Replace(row.Value, "")))];
        Assert.Equal("$ sudo nvidia-ctk doctor", rows[0]);
        Assert.Equal(printed[^1], rows[^1]);
        string screen = string.Concat(rows[2..^3]);
        Assert.InRange(screen.Length, 1000, 10000);
        // Drawn by eng/terminal-picture.py, which breaks a line that is longer than the screen as a terminal does.
        Assert.StartsWith(screen, string.Concat(printed), StringComparison.Ordinal);
    }

    [GeneratedRegex("<text .*</text>")]
    private static partial Regex DrawnRow();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Markup();

    [GeneratedRegex("^\\| (?<number>[0-9]+) \\| (?<complaint>[^|]+) \\| (?<check>[^|]+) \\| (?<says>[^|]+) \\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
