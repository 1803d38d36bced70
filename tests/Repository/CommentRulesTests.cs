using System.Text.RegularExpressions;

namespace GpuContainers.Repository.Tests;

/// <summary>A rule's id stands behind the sentence that explains a line, and nowhere that users look.</summary>
public sealed partial class CommentRulesTests
{
    private static readonly string[] s_code = ["src", "simulator"];
    private static readonly string[] s_all = ["src", "simulator", "tests"];
    private static readonly Lazy<string[]> s_texts = new(static () => [.. RepositoryFiles.Texts()]);

    [Fact]
    public void No_comment_is_an_id_alone() => RepositoryFiles.AssertNone(Where(
        s_all,
        static line => !line.TrimStart().StartsWith("///", StringComparison.Ordinal) && Comment(line) is { } text && IsIdAlone(text)));

    [Fact]
    public void The_sentence_comes_before_the_id() =>
        RepositoryFiles.AssertNone(Where(s_all, static line => Comment(line) is { } text && IdFirst().IsMatch(text)));

    [Fact]
    public void Public_documentation_names_no_id() => RepositoryFiles.AssertNone(SourceFiles.In(s_code).SelectMany(PublicDocumentationWithId));

    [Fact]
    public void No_text_of_a_program_names_an_id() =>
        RepositoryFiles.AssertNone(Where(
            s_code,
            static line => Comment(line) is null && TextLiteral().Matches(line.Split(" // ")[0]).Any(static text => Id().IsMatch(text.Value))));

    [Fact]
    public void Tests_are_named_in_words() => RepositoryFiles.AssertNone(Where(
        ["tests"],
        static line => Method().Match(line) is { Success: true } name
            && (IdInName().IsMatch(name.Groups[1].Value) || NumberedCase().IsMatch(name.Groups[1].Value))));

    // Files and sections of documents move; an id stays.
    [Fact]
    public void Comments_cite_no_section_and_no_page_that_is_not_here() =>
        RepositoryFiles.AssertNone(Where(
            s_all,
            static line => Comment(line) is { } text && (Section().IsMatch(text) || Page().Matches(text).Any(static page => !IsHere(page.Value)))));

    // What the rules look for, in the smallest form.
    [Theory]
    [InlineData("// RT-88.", true, false, false)]
    [InlineData("// (RT-88, CDI-103 to CDI-105)", true, false, false)]
    [InlineData("// RT-88: the file is replaced.", false, true, false)]
    [InlineData("// The file is replaced (RT-88).", false, false, false)]
    [InlineData("/// <summary>As runtime.md section 14.3 says.</summary>", false, false, true)]
    [InlineData("// Precedence is that of semver.org, section 11.", false, false, false)]
    public void The_rules_find_what_they_look_for(string line, bool isAlone, bool isFirst, bool isSection)
    {
        string text = Comment(line)!;
        Assert.Equal(isAlone, IsIdAlone(text));
        Assert.Equal(isFirst, IdFirst().IsMatch(text));
        Assert.Equal(isSection, Section().IsMatch(text));
    }

    private static string[] Where(IEnumerable<string> folders, Func<string, bool> breaks) =>
        [.. SourceFiles.In(folders).Where(static file => Path.GetFileName(file) != nameof(CommentRulesTests) + ".cs")
            .SelectMany(file => SourceFiles.Lines(file).Where(breaks).Select(line => $"{file}: {line.Trim()}"))];

    private static bool IsIdAlone(string text) => Id().IsMatch(text) && !Word().IsMatch(Id().Replace(text, ""));

    // A comment of its own line, without the slashes and the tags of documentation.
    private static string? Comment(string line)
    {
        string text = line.TrimStart();
        return text.StartsWith("//", StringComparison.Ordinal) ? Tag().Replace(text.TrimStart('/'), "").Trim() : null;
    }

    private static IEnumerable<string> PublicDocumentationWithId(string file)
    {
        string[] lines = SourceFiles.Lines(file);
        for (int i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimStart().StartsWith("///", StringComparison.Ordinal) || !Id().IsMatch(lines[i]))
                continue;
            int declaration = i;
            while (declaration < lines.Length && (lines[declaration].TrimStart() is ['/', '/', ..] or ['[', ..]))
                declaration++;
            if (declaration < lines.Length && IsPublic(lines, declaration))
                yield return $"{file}:{i + 1}: {lines[i].Trim()}";
        }
    }

    // By the indentation, which the build enforces: a declaration is public if it says so, and so does the type around it.
    private static bool IsPublic(string[] lines, int at)
    {
        int indent = Indent(lines[at]);
        int outer = at - 1;
        while (outer >= 0 && !(Indent(lines[outer]) < indent && TypeDeclaration().IsMatch(lines[outer])))
            outer--;
        bool saysSo = PublicWord().IsMatch(lines[at]);
        if (indent == 0 || outer < 0)
            return saysSo;
        return IsPublic(lines, outer) && (saysSo || MembersArePublic().IsMatch(lines[outer]));
    }

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    private static bool IsHere(string page) => s_texts.Value.Any(file => file == page || file.EndsWith("/" + page, StringComparison.Ordinal));

    [GeneratedRegex("\\b(?:RT|CF|CDI|DS|NV|GN|HK|LC|SEC|LG|CL|NL|CG|CT|IN|DR|NRI)-[0-9]+[a-z]?\\b")]
    private static partial Regex Id();

    [GeneratedRegex("^\\(?(?:RT|CF|CDI|DS|NV|GN|HK|LC|SEC|LG|CL|NL|CG|CT|IN|DR|NRI)-[0-9]+[a-z]?\\)?(?:(?:, | to | and )[A-Z]+-[0-9]+)*: ")]
    private static partial Regex IdFirst();

    // "to" and "and" between ids are not a sentence.
    [GeneratedRegex("\\b(?!to\\b|and\\b|or\\b|see\\b)[A-Za-z]{2,}")]
    private static partial Regex Word();

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex TextLiteral();

    [GeneratedRegex("public (?:static )?(?:async )?(?:Task|ValueTask|void) ([A-Za-z0-9_]+)\\(")]
    private static partial Regex Method();

    [GeneratedRegex("(?:^|_)(?:RT|CF|CDI|DS|NV|GN|HK|LC|SEC|LG|CL|NL|CG|CT|IN|DR|NRI)_[0-9]+(?:_|$)")]
    private static partial Regex IdInName();

    [GeneratedRegex("^[FT][0-9]+_")]
    private static partial Regex NumberedCase();

    [GeneratedRegex("(?:[a-z]+\\.md|[Dd]esign|[Gg]uide[a-z ]*),? (?:sections?|part|appendix) |\\((?:sections?|appendix) [0-9A-F][0-9.]*[);]")]
    private static partial Regex Section();

    [GeneratedRegex("\\b[A-Za-z0-9_/-]+\\.md\\b")]
    private static partial Regex Page();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(
        "^ *(?:public|internal|private|protected|file|static|sealed|abstract|readonly|ref|partial|unsafe| )* ?(?:class|struct|interface|enum|record)\\b")]
    private static partial Regex TypeDeclaration();

    [GeneratedRegex("^ *(?:public|protected)\\b")]
    private static partial Regex PublicWord();

    [GeneratedRegex("\\b(?:enum|interface)\\b")]
    private static partial Regex MembersArePublic();
}
