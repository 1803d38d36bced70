using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Doctor.Report;

/// <summary>An examination for people: grouped by subject, the worst first.</summary>
/// <param name="width">The columns there are.</param>
internal sealed class ReportText(int width)
{
    private const int CodeColumn = 11;
    private const int TextColumn = 33;
    private readonly StringBuilder _text = new();

    /// <summary>Whether what does not apply is shown too.</summary>
    public bool ShowsAll { get; init; }

    /// <summary>Puts the marks around a word of a verdict that a terminal shows in its colour; nothing by default.</summary>
    public Func<Verdict, string, string> Colour { get; init; } = static (_, word) => word;

    /// <summary>The whole text.</summary>
    public string Write(Examination examination)
    {
        foreach (IGrouping<Subject, Result> subject in examination.Results.GroupBy(static result => result.Check.Subject)
            .OrderBy(static subject => Rank(subject)).ThenBy(static subject => subject.Key))
            Group(subject);
        foreach (string failure in examination.Failures)
            Paragraph("could not run: ", failure, "");
        if (examination.Unseen.Count > 0)
        {
            Paragraph("not seen, for lack of permission: ", string.Join(", ", examination.Unseen), "");
            _text.Append("run it as root to see everything\n");
        }
        _text.Append(Counts(examination)).Append('\n');
        return _text.ToString();
    }

    private static string Counts(Examination examination)
    {
        string text = $"{Text.Count(examination.Results.Count, "finding")}: {Text.Count(examination.Count(Verdict.Error), "error")}, "
            + $"{Text.Count(examination.Count(Verdict.Warning), "warning")}, {examination.Count(Verdict.Ok)} ok, "
            + $"{examination.Count(Verdict.NotApplicable)} not applicable";
        return examination.Failures.Count == 0 ? text : $"{text}; {Text.Count(examination.Failures.Count, "check")} could not run";
    }

    private static int Rank(IEnumerable<Result> subject) => (int)subject.Min(static result => result.Finding.Verdict);

    private void Group(IGrouping<Subject, Result> subject)
    {
        Result[] shown = [.. subject.Where(result => ShowsAll || result.Finding.Verdict != Verdict.NotApplicable)
            .OrderBy(static result => result.Finding.Verdict)];
        if (shown.Length == 0)
            return;
        _text.Append(Title(subject.Key)).Append('\n');
        foreach (Result result in shown)
            One(result);
        _text.Append('\n');
    }

    private void One(Result result)
    {
        string word = Word(result.Finding.Verdict);
        string head = "  " + Colour(result.Finding.Verdict, word) + new string(' ',
            CodeColumn - 2 - word.Length) + result.Check.Code.PadRight(TextColumn - CodeColumn);
        Paragraph(head, result.Finding.Seen, new string(' ', TextColumn), TextColumn);
        if (result.Finding.Cure is not { } cure)
            return;
        string margin = new(' ', CodeColumn);
        Paragraph(margin + "why  ", result.Check.Why, margin + "     ");
        if (cure.Commands.Count == 0)
            Paragraph(margin + "fix  ", cure.Advice, margin + "     ");
        // A command stays in one line, so that it can be copied.
        foreach (IReadOnlyList<string> command in cure.Commands)
            _text.Append(margin).Append("fix  sudo ").Append(Cure.Line(command)).Append('\n');
    }

    private void Paragraph(string head, string text, string margin, int column = 0)
    {
        int at = column > 0 ? column : head.Length;
        _text.Append(head);
        bool isFirst = true;
        foreach (string word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (!isFirst && at + 1 + word.Length > width)
            {
                _text.Append('\n').Append(margin);
                at = margin.Length;
                isFirst = true;
            }
            _text.Append(isFirst ? "" : " ").Append(word);
            at += word.Length + (isFirst ? 0 : 1);
            isFirst = false;
        }
        _text.Append('\n');
    }

    /// <summary>The word for a verdict.</summary>
    internal static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Error => "error",
        Verdict.Warning => "warning",
        Verdict.Ok => "ok",
        _ => "n/a",
    };

    /// <summary>The title of a subject.</summary>
    internal static string Title(Subject subject) => subject switch
    {
        Subject.Driver => "Driver",
        Subject.Devices => "Device nodes",
        Subject.Platform => "Platform",
        Subject.Cdi => "CDI specifications",
        Subject.Toolkit => "Toolkit",
        Subject.Engines => "Container engines",
        Subject.Containers => "Running containers",
        _ => "System",
    };
}

/// <summary>An examination for programs: one object with every finding, also those that do not apply.</summary>
internal static class ReportJson
{
    /// <summary>The object, on one line.</summary>
    public static string Write(Examination examination) => JsonLine.Object(json =>
    {
        json.Member("findings", examination.Results, result =>
        {
            json.Member("code", result.Check.Code);
            json.Member("subject", ReportText.Title(result.Check.Subject));
            json.Member("verdict", Word(result.Finding.Verdict));
            json.Member("seen", result.Finding.Seen);
            if (result.Finding.Cure is not { } cure)
                return;
            json.Member("why", result.Check.Why);
            json.Optional("advice", cure.Advice);
            json.Member("commands", [.. cure.Commands.Select(Cure.Line)]);
            json.Member("safe", cure.IsSafe);
        });
        json.Name("counts");
        json.BeginObject();
        foreach (Verdict verdict in Enum.GetValues<Verdict>())
            json.Member(Word(verdict), examination.Count(verdict));
        json.EndObject();
        json.Member("couldNotRun", examination.Failures);
        json.Member("notSeen", examination.Unseen);
        json.Name("microseconds");
        json.BeginObject();
        foreach ((string code, TimeSpan took) in examination.Times)
            json.Member(code, (long)took.TotalMicroseconds);
        json.EndObject();
    });

    private static string Word(Verdict verdict) => verdict == Verdict.NotApplicable ? "notApplicable" : ReportText.Word(verdict);
}
