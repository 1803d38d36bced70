using System.Text.Json;
using System.Text.Json.Nodes;
using GpuContainers.Ctk.CommandLine;
using GpuContainers.Oci.Json;

namespace GpuContainers.Ctk.Explain;

/// <summary><c>explain</c>: what the runtime would give a container, and why.</summary>
internal static class ExplainCommand
{
    private static readonly TextOption s_bundle = new("--bundle", "A bundle: the folder of a config.json") { ValueWord = "DIR" };
    private static readonly ListOption s_imageEnv = new("--image-env", "Variables of an image or a container, such as NVIDIA_VISIBLE_DEVICES=all", [])
    {
        ValueWord = "NAME=VALUE",
    };
    private static readonly TextOption s_container = new("--container", "The id of a running container, or how it begins") { ValueWord = "ID" };
    private static readonly TextOption s_mode = new("--mode", "The mode in place of the configured one: auto, cdi, jit-cdi, csv or legacy");
    private static readonly TextOption s_diff = new("--diff", "What another runtime, such as NVIDIA's, made of the config.json: show what differs")
    {
        ValueWord = "FILE",
    };

    /// <summary>Makes the command.</summary>
    public static Command Create() => new("explain", "Say what the runtime would give a container, and why")
    {
        Run = Run,
        Details = "The runtime's own planner is asked, with this machine's configuration; nothing is changed, no container is made.\n"
            + "The exit status is 1 when the container would not start, and with --diff when anything differs.",
        Examples =
        [
            new Example("an image that asks for all GPUs", "nvidia-ctk explain --image-env NVIDIA_VISIBLE_DEVICES=all"),
            new Example("a bundle", "nvidia-ctk explain --bundle /run/bundle"),
            new Example("a container of Docker, containerd, CRI-O or Podman as it would be created now", "sudo nvidia-ctk explain --container 4f3c2a1b"),
            new Example("beside what NVIDIA's runtime made of a bundle on the same machine", "nvidia-ctk explain --bundle /run/bundle --diff recorded.json"),
            new Example("what another mode would give", "nvidia-ctk explain --image-env NVIDIA_VISIBLE_DEVICES=0 --mode=legacy"),
        ],
        Options = [s_bundle, s_imageEnv, s_container, s_mode, s_diff, OutputFormat.Option],
    };

    private static int Run(Invocation invocation)
    {
        bool isJson = OutputFormat.IsJson(invocation);
        using ExplainedBundle bundle = Bundle(invocation);
        string other = invocation.Get(s_diff);
        JsonNode? recorded = other.Length > 0 ? Recorded(other) : null;
        var plan = PlanAnswer.Ask(bundle, invocation.Get(s_mode));
        if (other.Length > 0)
            plan = plan with { Differences = SpecificationChanges.Differences(plan.After ?? JsonNode.Parse(bundle.Specification), recorded) };
        invocation.Output.Write(isJson ? ExplainJson.Write(plan) : Terminal.Fit(ExplainText.Write(plan)));
        return plan.Error.Length > 0 || plan.Differences?.Count > 0 ? 1 : 0;
    }

    private static JsonNode? Recorded(string file)
    {
        try
        {
            return JsonNode.Parse(HostFile.ReadAll(file, ExplainedBundle.Limit));
        }
        catch (JsonException broken)
        {
            throw new ToolkitException(
                $"{file} is not a config.json: line {broken.LineNumber + 1}, column {broken.BytePositionInLine + 1} is not JSON",
                "name the config.json that the other runtime left in the bundle", broken);
        }
    }

    private static ExplainedBundle Bundle(Invocation invocation)
    {
        string folder = invocation.Get(s_bundle), container = invocation.Get(s_container);
        string[] variables = invocation.Get(s_imageEnv);
        if ((folder.Length > 0 ? 1 : 0) + (container.Length > 0 ? 1 : 0) + (variables.Length > 0 ? 1 : 0) != 1)
            throw new ToolkitException("give one of --bundle, --image-env and --container");
        return folder.Length > 0 ? ExplainedBundle.OfFolder(folder)
            : container.Length > 0 ? ExplainedBundle.OfContainer(new Doctor.Machine(), container) : ExplainedBundle.OfVariables(variables);
    }
}

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
