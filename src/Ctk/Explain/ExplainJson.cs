using System.Text;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Explain;

/// <summary>An answer of the planner for programs.</summary>
internal static class ExplainJson
{
    /// <summary>One object on one line.</summary>
    public static string Write(PlanAnswer plan)
    {
        var json = new JsonLine();
        json.BeginObject();
        json.Optional("mode", plan.Mode);
        json.Optional("modeReason", plan.ModeReason);
        json.Optional("source", plan.Source);
        json.Name("devices");
        json.Value(plan.Devices);
        json.Name("changes");
        json.BeginList();
        foreach (PlannedChange change in plan.Changes)
            Change(json, change);
        json.EndList();
        Notes(json, "missing", plan.Missing);
        Notes(json, "decided", plan.Decided);
        json.Optional("error", plan.Error);
        json.EndObject();
        return Encoding.UTF8.GetString(json.Written) + "\n";
    }

    private static void Change(JsonLine json, PlannedChange change)
    {
        json.BeginObject();
        json.Optional("kind", change.Kind);
        json.Optional("what", change.What);
        json.Optional("rule", change.Rule);
        json.Optional("fact", change.Fact);
        if (change.IsRunning is { } running)
        {
            json.Name("running");
            json.Value(running);
        }
        json.EndObject();
    }

    private static void Notes(JsonLine json, string name, IReadOnlyList<PlanNote> notes)
    {
        json.Name(name);
        json.BeginList();
        foreach (PlanNote note in notes)
        {
            json.BeginObject();
            json.Optional("what", note.What);
            json.Optional("part", note.Part);
            json.Optional("rule", note.Rule);
            json.Optional("note", note.Note);
            json.EndObject();
        }
        json.EndList();
    }
}
