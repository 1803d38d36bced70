using GpuContainers.Configuration;
using GpuContainers.Configuration.Model;
using GpuContainers.Generation.Explanations;
using GpuContainers.Oci.Json;

namespace GpuContainers.Runtime.Create.Explaining;

/// <summary>
/// <c>nvidia-ctk container-plan</c>, hidden: what the runtime would do with a bundle, by its own planner. <c>nvidia-ctk explain</c> asks it. Nothing is
/// written into the bundle.
/// </summary>
internal static class PlanProgram
{
    /// <summary>The word that <c>nvidia-ctk</c> knows it by.</summary>
    public const string Word = "container-plan";

    private const int StandardOutput = 1;

    /// <summary>Writes a line of JSON, then the specification as the container would get it; that is missing when the container would not start.</summary>
    /// <param name="arguments">The folder of the bundle, then the mode in place of the configured one, if another is wanted.</param>
    /// <returns>0, also when the container would not start.</returns>
    public static int Run(IReadOnlyList<string> arguments)
    {
        string bundle = arguments.Count > 0 ? arguments[0] : "";
        var report = new PlanReport();
        byte[] specification = [];
        try
        {
            specification = Plan(bundle, arguments.Count > 1 ? arguments[1] : "", report);
        }
        catch (CoreException error)
        {
            report.Error = error.Message;
        }
        catch (ConfigurationException error)
        {
            report.Error = $"error loading config: {error.Message}";
        }
        new Descriptor(StandardOutput).Write([.. report.ToBytes(), .. specification], "standard output");
        return 0;
    }

    private static byte[] Plan(string bundle, string mode, PlanReport report)
    {
        var config = ConfigLoader.Load();
        if (mode.Length > 0)
            config = config with { Runtime = config.Runtime with { Mode = mode } };
        return Plan(config, bundle, report);
    }

    /// <summary>Plans with a configuration.</summary>
    /// <returns>The specification as the container would get it.</returns>
    /// <exception cref="CoreException">The container would not start; the report has what was decided until then.</exception>
    internal static byte[] Plan(ToolkitConfig config, string bundle, PlanReport report)
    {
        var explanation = new Explanation();
        report.Explanation = explanation;
        var creation = ContainerCreation.Prepare(config, bundle, explanation);
        report.Describe(creation);
        return creation.Rehearse();
    }
}

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
