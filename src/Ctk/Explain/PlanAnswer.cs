using System.Text.Json.Nodes;
using GpuContainers.Linux.Processes;

namespace GpuContainers.Ctk.Explain;

/// <summary>What the runtime's planner answers about a bundle.</summary>
/// <param name="Mode">The mode; empty when the container would fail before it is decided.</param>
/// <param name="ModeReason">How it came about.</param>
/// <param name="Source">Where the request comes from.</param>
/// <param name="Devices">What is asked for.</param>
/// <param name="Changes">What the specification gets.</param>
/// <param name="Missing">What was looked for and not found.</param>
/// <param name="Decided">Decisions on the way.</param>
/// <param name="Error">Why the container would not start; empty when it would.</param>
internal sealed record PlanAnswer(
    string Mode, string ModeReason, string Source, IReadOnlyList<string> Devices, IReadOnlyList<PlannedChange> Changes, IReadOnlyList<PlanNote> Missing,
    IReadOnlyList<PlanNote> Decided, string Error)
{
    /// <summary>The specification as it would be; null when the container would not start.</summary>
    public JsonNode? After { get; init; }

    /// <summary>What another result has and this has not (<c>-</c>), and the other way round (<c>+</c>); null when there is none to compare with.</summary>
    public IReadOnlyList<string>? Differences { get; init; }

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <summary>Asks the core program beside this one.</summary>
    /// <exception cref="IOException">It is not there, or does not answer.</exception>
    public static PlanAnswer Ask(ExplainedBundle bundle, string mode)
    {
        string folder = LexicalPath.Parent(OwnProgram.Path ?? "/usr/bin/nvidia-ctk-cli"), program = LexicalPath.Join(folder, "nvidia-ctk");
        ChildResult result;
        try
        {
            result = ChildProcess.Run(program, ["nvidia-ctk", "container-plan", bundle.Folder, mode], null, s_limit);
        }
        catch (LinuxException notStarted)
        {
            throw new IOException($"{notStarted.Message}; install the toolkit's programs into one directory", notStarted);
        }
        if (result.ExitStatus != 0)
            throw new IOException($"{program} failed: {Encoding.UTF8.GetString(result.Errors).Trim()}; report it with the command line");
        return Read(result.Output, bundle);
    }

    /// <summary>Reads an answer: a line of JSON, then the specification as it would be.</summary>
    internal static PlanAnswer Read(byte[] answer, ExplainedBundle bundle)
    {
        int end = Array.IndexOf(answer, (byte)'\n');
        JsonNode report = JsonNode.Parse(answer.AsSpan(0, end)) ?? new JsonObject();
        ReadOnlySpan<byte> after = answer.AsSpan(end + 1);
        PlanNote[] found = [.. Notes(report, "found")];
        JsonNode? planned = after.IsEmpty ? null : JsonNode.Parse(after);
        IReadOnlyList<PlannedChange> changes = planned is null ? []
            : SpecificationChanges.Between(JsonNode.Parse(bundle.Specification), planned, found, bundle.Running);
        return new PlanAnswer(
            Text(report, "mode"), Text(report, "modeReason"), Text(report, "source"),
            [.. (report["devices"] as JsonArray ?? []).Select(static device => (string?)device ?? "")], changes, [.. Notes(report, "missing")],
            [.. Notes(report, "decided")], Text(report, "error"))
        {
            After = planned,
        };
    }

    private static IEnumerable<PlanNote> Notes(JsonNode report, string name) => (report[name] as JsonArray ?? []).OfType<JsonNode>()
        .Select(static note => new PlanNote(Text(note, "what"), Text(note, "part"), Text(note, "rule"), Text(note, "note")));

    private static string Text(JsonNode node, string name) => (string?)node[name] ?? "";
}

/// <summary>A fact or decision of the planner.</summary>
/// <param name="What">The host path, the pattern, or the decision.</param>
/// <param name="Part">The part of the search.</param>
/// <param name="Rule">Its rule, in words.</param>
/// <param name="Note">Why; empty when that is plain.</param>
internal sealed record PlanNote(string What, string Part, string Rule, string Note);

/// <summary>One thing that the specification gets.</summary>
/// <param name="Kind">mount, node, variable, hook, rule, group, or other.</param>
/// <param name="What">The thing, in words.</param>
/// <param name="Rule">The rule behind it, in words.</param>
/// <param name="Fact">The host's fact behind it; empty when there is none.</param>
/// <param name="IsRunning">Whether the running container has it; null when none was named.</param>
internal sealed record PlannedChange(string Kind, string What, string Rule, string Fact, bool? IsRunning);
