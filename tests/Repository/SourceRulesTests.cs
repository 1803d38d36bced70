using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>The rules that a compiler does not know.</summary>
public sealed partial class SourceRulesTests
{
    private const int MostLines = 400;
    private const int MostParserLines = 600;
    private const int MostMethodLines = 60;

    private static readonly string[] Folders = ["src", "simulator", "tests"];

    public static TheoryData<string> Everything() => [.. Folders];

    [Theory]
    [MemberData(nameof(Everything))]
    public void Files_have_at_most_400_lines_and_parsers_600(string folder) =>
        Assert.DoesNotContain(SourceFiles.In(folder).Select(static f => (File: f, SourceFiles.Lines(f).Length)), static f => f.Length > LimitOf(f.File));

    [Theory]
    [MemberData(nameof(Everything))]
    public void Methods_have_at_most_60_lines(string folder)
    {
        List<string> tooLong = [];
        foreach (string file in SourceFiles.In(folder))
        {
            string[] lines = SourceFiles.Lines(file);
            int start = -1;
            for (int i = 0; i < lines.Length; i++)
            {
                // The formatting is enforced: the body of a member of a type stands between two braces of four blanks.
                if (lines[i] == "    {")
                    start = i;
                else if (lines[i].TrimEnd(';') == "    }" && start >= 0 && i - start - 1 > MostMethodLines && lines[start - 1].Contains('('))
                    tooLong.Add($"{file}:{start}: {i - start - 1} lines");
            }
        }
        Assert.Empty(tooLong);
    }

    // The words are put together here, so that this file does not hold them.
    [Theory]
    [MemberData(nameof(Everything))]
    public void Nothing_is_left_to_do_in_a_comment(string folder)
    {
        var words = new Regex($"\\b({string.Join('|', "TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X")})\\b");
        Assert.Empty(SourceFiles.In(folder).SelectMany(f => SourceFiles.Lines(f).Where(l => words.IsMatch(l)).Select(l => $"{f}: {l.Trim()}")));
    }

    [Theory]
    [MemberData(nameof(Everything))]
    public void Types_are_named_for_what_they_are(string folder) =>
        Assert.Empty(
            SourceFiles.In(folder).SelectMany(static f => SourceFiles.Lines(f).Where(static l => EmptyName().IsMatch(l)).Select(l => $"{f}: {l.Trim()}")));

    [Theory]
    [MemberData(nameof(Everything))]
    public void Modes_have_names_and_are_not_numbers(string folder) =>
        Assert.Empty(
            SourceFiles.In(folder).SelectMany(static f => SourceFiles.Lines(f).Where(static l => NumberAsMode().IsMatch(l)).Select(l => $"{f}: {l.Trim()}")));

    [Fact]
    public void A_file_is_named_after_the_type_in_it() =>
        Assert.Empty(SourceFiles.In("src", "simulator").Select(static f => DeclaresItsName(f) ? "" : f).Distinct().Except([""]));

    // Each program begins in a Program.cs; every other name leads to one file.
    [Fact]
    public void Every_file_name_stands_once()
    {
        IEnumerable<IGrouping<string, string>> names = SourceFiles.In("src", "simulator").GroupBy(static f => Path.GetFileName(f))
            .Where(static g => g.Key != "Program.cs");
        Assert.Empty(names.Where(static g => g.Count() > 1).SelectMany(static g => g));
    }

    private static int LimitOf(string file) =>
        Path.GetFileName(file) is var name && (name.Contains("Parser", StringComparison.Ordinal) || name.Contains("Reader", StringComparison.Ordinal))
            ? MostParserLines : MostLines;

    private static bool DeclaresItsName(string file)
    {
        string name = Path.GetFileName(file).Split('.')[0];
        var declaration = new Regex($"\\b(class|record|struct|interface|enum|delegate [A-Za-z<>\\[\\]?]+) {name}\\b");
        return SourceFiles.Lines(file).Any(l => declaration.IsMatch(l));
    }

    // 0755, 0644, 0600, 0700, 0444, 0555, 0666, 0111 and 0777 as a language without octal numbers makes one write them, and modes that may be any number.
    [GeneratedRegex("\\b(0[x](1ed|1a4|180|1c0|124|16d|1b6|49|1ff)u?|(uint|int) [a-z]*[mM]ode)\\b")]
    private static partial Regex NumberAsMode();

    [GeneratedRegex("\\b(class|record|struct|interface|enum) [A-Za-z]*(Manager|Helper|Helpers|Util|Utils|Utilities|Factory|Impl)\\b")]
    private static partial Regex EmptyName();
}
