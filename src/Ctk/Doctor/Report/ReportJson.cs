using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Doctor.Report;

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
