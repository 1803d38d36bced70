using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Explain;

/// <summary>An answer of the planner for programs.</summary>
internal static class ExplainJson
{
    /// <summary>One object on one line.</summary>
    public static string Write(PlanAnswer plan) => JsonLine.Object(json =>
    {
        json.Optional("mode", plan.Mode);
        json.Optional("modeReason", plan.ModeReason);
        json.Optional("source", plan.Source);
        json.Member("devices", plan.Devices);
        json.Member("changes", plan.Changes, change =>
        {
            json.Optional("kind", change.Kind);
            json.Optional("what", change.What);
            json.Optional("rule", change.Rule);
            json.Optional("fact", change.Fact);
            if (change.IsRunning is { } running)
                json.Member("running", running);
        });
        Notes(json, "missing", plan.Missing);
        Notes(json, "decided", plan.Decided);
        json.Optional("error", plan.Error);
        if (plan.Differences is { } differences)
            json.Member("differences", differences);
    });

    private static void Notes(JsonLine json, string name, IReadOnlyList<PlanNote> notes) => json.Member(name, notes, note =>
    {
        json.Optional("what", note.What);
        json.Optional("part", note.Part);
        json.Optional("rule", note.Rule);
        json.Optional("note", note.Note);
    });
}
