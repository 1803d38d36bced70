using GpuContainers.Generation.Explanations;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Cdi.Generate;

/// <summary>An explanation as one JSON object.</summary>
internal static class ExplanationJson
{
    /// <summary><c>{"sections":[{"title","rule","searched":[…],"items":[{"wanted","outcome","found":[…],"note"}]}],"missing":N}</c> on one line.</summary>
    public static string Write(Explanation explanation) => JsonLine.Object(json =>
    {
        json.Member("sections", explanation.Sections, section =>
        {
            json.Member("title", section.Title);
            json.Member("rule", section.Rule);
            json.Member("searched", section.Places);
            json.Member("items", section.Items, item =>
            {
                json.Member("wanted", item.Wanted);
                json.Member("outcome", item.Outcome switch { ExplanationOutcome.Found => "found", ExplanationOutcome.Missing => "missing", _ => "decided" });
                json.Member("found", item.Found);
                json.Optional("note", item.Note);
            });
        });
        json.Member("missing", explanation.Missing.Count());
    });
}
