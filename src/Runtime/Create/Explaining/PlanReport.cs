using GpuContainers.Generation.Explanations;
using GpuContainers.Oci.Json;

namespace GpuContainers.Runtime.Create.Explaining;

/// <summary>What was decided about a container, as one line of JSON.</summary>
internal sealed class PlanReport
{
    private string _mode = "";
    private string _modeReason = "";
    private string _source = "";
    private IReadOnlyList<string> _devices = [];

    /// <summary>Why the container would not start; empty when it would.</summary>
    public string Error { get; set; } = "";

    /// <summary>What was looked for on the host.</summary>
    public Explanation Explanation { get; set; } = new();

    /// <summary>Takes over what was decided before the plan.</summary>
    public void Describe(ContainerCreation creation)
    {
        _mode = creation.Mode.ToText();
        _modeReason = creation.ModeReason;
        _source = creation.Request.Source;
        _devices = creation.Request.Devices;
    }

    /// <summary>
    /// <c>{"mode","modeReason","source","devices":[…],"found":[{"what","part","rule","note"}],"missing":[…],"decided":[…],"error"}</c> and a line's end.
    /// </summary>
    public byte[] ToBytes() => JsonLine.Bytes(json =>
    {
        json.Optional("mode", _mode);
        json.Optional("modeReason", _modeReason);
        json.Optional("source", _source);
        json.Member("devices", _devices);
        List(json, "found", ExplanationOutcome.Found);
        List(json, "missing", ExplanationOutcome.Missing);
        List(json, "decided", ExplanationOutcome.Decided);
        json.Optional("error", Error);
    });

    private void List(JsonLine json, string name, ExplanationOutcome outcome) => json.Member(name, Notes(outcome), note =>
    {
        json.Optional("what", note.What);
        json.Optional("part", note.Section.Title);
        json.Optional("rule", note.Section.Rule);
        json.Optional("note", note.Item.Note);
    });

    private IEnumerable<(string What, ExplanationItem Item, ExplanationSection Section)> Notes(ExplanationOutcome outcome)
    {
        foreach (ExplanationSection section in Explanation.Sections)
        {
            foreach (ExplanationItem item in section.Items)
            {
                if (item.Outcome != outcome)
                    continue;
                foreach (string what in outcome == ExplanationOutcome.Found ? item.Found : [item.Wanted])
                    yield return (what, item, section);
            }
        }
    }
}
