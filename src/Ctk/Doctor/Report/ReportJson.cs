using System.Text;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Doctor.Report;

/// <summary>An examination for programs: one object with every finding, also those that do not apply.</summary>
internal static class ReportJson
{
    /// <summary>The object, on one line.</summary>
    public static string Write(Examination examination)
    {
        var json = new JsonLine();
        json.BeginObject();
        json.Name("findings");
        json.BeginList();
        foreach (Result result in examination.Results)
            Finding(json, result);
        json.EndList();
        json.Name("counts");
        json.BeginObject();
        foreach (Verdict verdict in Enum.GetValues<Verdict>())
        {
            json.Name(Word(verdict));
            json.Value(examination.Count(verdict));
        }
        json.EndObject();
        json.Name("couldNotRun");
        json.Value(examination.Failures);
        json.Name("notSeen");
        json.Value(examination.Unseen);
        json.EndObject();
        return Encoding.UTF8.GetString(json.Written) + "\n";
    }

    private static void Finding(JsonLine json, Result result)
    {
        json.BeginObject();
        json.Member("code", result.Check.Code);
        json.Member("subject", ReportText.Title(result.Check.Subject));
        json.Member("verdict", Word(result.Finding.Verdict));
        json.Member("seen", result.Finding.Seen);
        if (result.Finding.Cure is { } cure)
        {
            json.Member("why", result.Check.Why);
            json.Optional("advice", cure.Advice);
            json.Name("commands");
            json.Value([.. cure.Commands.Select(Cure.Line)]);
            json.Name("safe");
            json.Value(cure.IsSafe);
        }
        json.EndObject();
    }

    private static string Word(Verdict verdict) => verdict == Verdict.NotApplicable ? "notApplicable" : ReportText.Word(verdict);
}
