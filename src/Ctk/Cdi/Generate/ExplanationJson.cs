using System.Text;
using GpuContainers.Generation.Explanations;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>An explanation as one JSON object.</summary>
internal static class ExplanationJson
{
    /// <summary><c>{"sections":[{"title","rule","searched":[…],"items":[{"wanted","outcome","found":[…],"note"}]}],"missing":N}</c> on one line.</summary>
    public static string Write(Explanation explanation)
    {
        var json = new JsonLine();
        json.BeginObject();
        json.Name("sections");
        json.BeginList();
        foreach (ExplanationSection section in explanation.Sections)
            Write(json, section);
        json.EndList();
        json.Name("missing");
        json.Value(explanation.Missing.Count());
        json.EndObject();
        return Encoding.UTF8.GetString(json.Written) + "\n";
    }

    private static void Write(JsonLine json, ExplanationSection section)
    {
        json.BeginObject();
        json.Member("title", section.Title);
        json.Member("rule", section.Rule);
        json.Name("searched");
        json.Value(section.Places);
        json.Name("items");
        json.BeginList();
        foreach (ExplanationItem item in section.Items)
        {
            json.BeginObject();
            json.Member("wanted", item.Wanted);
            json.Member("outcome", item.Outcome switch { ExplanationOutcome.Found => "found", ExplanationOutcome.Missing => "missing", _ => "decided" });
            json.Name("found");
            json.Value(item.Found);
            json.Optional("note", item.Note);
            json.EndObject();
        }
        json.EndList();
        json.EndObject();
    }
}
