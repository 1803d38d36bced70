using System.Text.Json;
using System.Text.Json.Nodes;

namespace GpuContainers.Ctk.Tests.Cdi.Generate;

/// <summary>A generated document in JSON, read without the code that wrote it.</summary>
internal sealed class GeneratedSpec(string text)
{
    private readonly JsonNode _root = JsonNode.Parse(text) ?? throw new JsonException("no document");

    internal string Kind => _root["kind"]!.GetValue<string>();

    internal string Version => _root["cdiVersion"]!.GetValue<string>();

    internal string[] Devices => [.. _root["devices"]!.AsArray().Select(static device => device!["name"]!.GetValue<string>())];

    /// <summary>The names of the common hooks, in order.</summary>
    internal string[] Hooks => [.. HooksOf(_root["containerEdits"]).Select(static args => args[1])];

    /// <summary>The paths of the programs that the common hooks run.</summary>
    internal string[] HookPrograms => [.. List(_root["containerEdits"], "hooks").Select(static hook => hook["path"]!.GetValue<string>()).Distinct()];

    /// <summary>The container paths of the common mounts.</summary>
    internal string[] Mounts => [.. List(_root["containerEdits"], "mounts").Select(static mount => mount["containerPath"]!.GetValue<string>())];

    /// <summary>The host paths of the common mounts.</summary>
    internal string[] HostPaths => [.. List(_root["containerEdits"], "mounts").Select(static mount => mount["hostPath"]!.GetValue<string>())];

    /// <summary>The arguments of a common hook behind its name.</summary>
    internal string[] Arguments(string hook) =>
        HooksOf(_root["containerEdits"]).Single(args => args.Contains(hook)).SkipWhile(word => word != hook).Skip(1).ToArray();

    /// <summary>The paths of a device's nodes.</summary>
    internal string[] Nodes(string device) => [.. List(Edits(device), "deviceNodes").Select(static node => node["path"]!.GetValue<string>())];

    /// <summary>The host paths of a device's nodes; the path where there is none.</summary>
    internal string[] HostNodes(string device) =>
        [.. List(Edits(device), "deviceNodes").Select(static node => (node["hostPath"] ?? node["path"])!.GetValue<string>())];

    internal uint[] Gids(string device) => [.. (Edits(device)["additionalGids"]?.AsArray() ?? []).Select(static gid => gid!.GetValue<uint>())];

    private JsonNode Edits(string device) => _root["devices"]!.AsArray().Single(node => node!["name"]!.GetValue<string>() == device)!["containerEdits"]!;

    private static IEnumerable<string[]> HooksOf(JsonNode? edits) =>
        List(edits, "hooks").Select(static hook => hook["args"]!.AsArray().Select(static word => word!.GetValue<string>()).ToArray());

    private static IEnumerable<JsonNode> List(JsonNode? edits, string name) => (edits?[name]?.AsArray() ?? []).Select(static node => node!);
}
