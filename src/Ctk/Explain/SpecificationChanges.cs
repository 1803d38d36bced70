using System.Text.Json.Nodes;
using GpuContainers.Ctk.Cdi.Diff;

namespace GpuContainers.Ctk.Explain;

/// <summary>What one specification has more than another, each with the rule behind it.</summary>
internal static class SpecificationChanges
{
    /// <summary>The things that are only in the later one, in its order.</summary>
    /// <param name="before">The specification as it was.</param>
    /// <param name="after">As the runtime would write it.</param>
    /// <param name="found">What was found on the host, with the rules.</param>
    /// <param name="running">The specification of a running container to compare with; null for none.</param>
    public static IReadOnlyList<PlannedChange> Between(JsonNode? before, JsonNode? after, IReadOnlyList<PlanNote> found, JsonNode? running)
    {
        HashSet<(string, string)> known = [.. Things(before).Select(static thing => (thing.Kind, thing.What))];
        HashSet<(string, string)>? has = running is null ? null : [.. Things(running).Select(static thing => (thing.Kind, thing.What))];
        return [.. Things(after).Where(thing => !known.Contains((thing.Kind, thing.What))).Select(thing => Explain(thing, found, has))];
    }

    /// <summary>What differs between two specifications: <c>-</c> before what only the other has, <c>+</c> before what only ours has.</summary>
    public static IReadOnlyList<string> Differences(JsonNode? ours, JsonNode? other)
    {
        string[] mine = [.. Things(ours).Select(static thing => $"{thing.Kind} {thing.What}")];
        string[] theirs = [.. Things(other).Select(static thing => $"{thing.Kind} {thing.What}")];
        List<string> gone = [.. theirs.Except(mine)], come = [.. mine.Except(theirs)];
        ShortenedHooks.Shorten(gone, come);
        return [.. gone.Select(static thing => "- " + thing), .. come.Select(static thing => "+ " + thing)];
    }

    private static PlannedChange Explain(Thing thing, IReadOnlyList<PlanNote> found, HashSet<(string, string)>? has)
    {
        PlanNote? note = thing.HostPath.Length == 0 ? null : found.LastOrDefault(note => note.What == thing.HostPath)
            ?? found.LastOrDefault(note => note.What.EndsWith(thing.HostPath, StringComparison.Ordinal));
        string rule = note?.Rule ?? thing.Kind switch
        {
            "variable" when thing.What.StartsWith("NVIDIA_VISIBLE_DEVICES=void", StringComparison.Ordinal) =>
                "tells other hooks that the devices are there already",
            "variable" => "tells the hooks and programs in the container where the driver's libraries are",
            "hook" => HookRule(thing.What),
            "rule" => "the control group permits the node",
            "group" => "the group that may open the node",
            _ => "what the CDI specification of the device says",
        };
        string fact = note is null ? "" : note.Note.Length > 0 ? $"{note.What} ({note.Part}; {note.Note})" : $"{note.What} ({note.Part})";
        return new PlannedChange(thing.Kind, thing.What, rule, fact, has is null ? null : has.Contains((thing.Kind, thing.What)));
    }

    private static string HookRule(string hook) => true switch
    {
        _ when hook.Contains("create-symlinks", StringComparison.Ordinal) => "makes the links by which programs find the mounted libraries",
        _ when hook.Contains("update-ldcache", StringComparison.Ordinal) => "lists the mounted libraries for the container's loader",
        _ when hook.Contains("enable-cuda-compat", StringComparison.Ordinal) => "lets newer CUDA libraries of the image run on this driver",
        _ when hook.Contains("disable-device-node-modification", StringComparison.Ordinal) => "keeps the driver from changing device nodes in the container",
        _ when hook.Contains("update-application-profile", StringComparison.Ordinal) => "tells the driver which GPUs are the container's",
        _ when hook.Contains("container-runtime-hook", StringComparison.Ordinal) =>
            "mode legacy: this hook brings devices and libraries when the container starts",
        _ => "finishes the work inside the container",
    };

    private static IEnumerable<Thing> Things(JsonNode? specification)
    {
        foreach (JsonNode entry in Items(specification?["process"]?["env"]))
            yield return new Thing("variable", (string?)entry ?? "", "");
        foreach (JsonNode group in Items(specification?["process"]?["user"]?["additionalGids"]))
            yield return new Thing("group", group.ToJsonString(), "");
        foreach (JsonNode node in Items(specification?["linux"]?["devices"]))
            yield return new Thing("node",
                $"{Text(node, "path")} ({Text(node, "type")} {node["major"]?.ToJsonString() ?? "0"}:{node["minor"]?.ToJsonString() ?? "0"})",
                Text(node, "path"));
        foreach (JsonNode rule in Items(specification?["linux"]?["resources"]?["devices"]))
            yield return new Thing("rule", rule.ToJsonString(), "");
        foreach (JsonNode mount in Items(specification?["mounts"]))
            yield return new Thing("mount", $"{Text(mount, "source")} at {Text(mount, "destination")} ({string.Join(',', Texts(mount["options"]))})",
                Text(mount, "source"));
        foreach ((string stage, JsonNode? hooks) in specification?["hooks"]?.AsObject() ?? [])
        {
            foreach (JsonNode hook in Items(hooks))
            {
                foreach (string[] step in Steps([.. Texts(hook["args"])]))
                    yield return new Thing("hook", $"{stage}: {Text(hook, "path")} {string.Join(' ', step.Skip(1))}", "");
            }
        }
        foreach (JsonNode net in Items(specification?["linux"]?["netDevices"]))
            yield return new Thing("other", net.ToJsonString(), "");
    }

    // The hooks of a sequence, each as if it stood there by itself; they share one process (RT-279).
    private static List<string[]> Steps(string[] args)
    {
        int verb = Array.IndexOf(args, "sequence", 0, Math.Min(args.Length, 3));
        if (verb < 0)
            return [args];
        var steps = new List<string[]>();
        for (int at = verb + 1; at <= args.Length;)
        {
            string[] step = [.. args.Skip(at).TakeWhile(static argument => argument != ";")];
            steps.Add([.. args.Take(verb), .. step]);
            at += step.Length + 1;
        }
        return steps;
    }

    private static IEnumerable<JsonNode> Items(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonNode>();

    private static IEnumerable<string> Texts(JsonNode? list) => Items(list).Select(static item => (string?)item ?? "");

    private static string Text(JsonNode node, string name) => (string?)node[name] ?? "";

    private sealed record Thing(string Kind, string What, string HostPath);
}
