using System.Text.Json.Nodes;

namespace GpuContainers.Oci.Tests;

/// <summary>The edits once more, on a tree: slow and plain, for comparison with the splice editor.</summary>
internal static class DocumentModel
{
    internal static void AppendEnv(JsonObject document, string entry) => List(Process(document), "env").Add((JsonNode)entry);

    internal static void AddMounts(JsonObject document, IReadOnlyList<OciMount> mounts)
    {
        if (mounts.Count == 0)
            return;
        JsonArray list = List(document, "mounts");
        foreach (OciMount mount in mounts)
        {
            JsonNode? same = list.FirstOrDefault(m => (string?)m!["destination"] == mount.Destination);
            if (same is not null)
                list.Remove(same);
            var added = new JsonObject { ["destination"] = mount.Destination };
            if (mount.Type.Length > 0)
                added["type"] = mount.Type;
            if (mount.Source.Length > 0)
                added["source"] = mount.Source;
            if (mount.Options.Count > 0)
                added["options"] = new JsonArray([.. mount.Options.Select(o => (JsonNode)o)]);
            list.Add((JsonNode)added);
        }
        JsonNode[] sorted = [.. list.OrderBy(m => Linux.Paths.LexicalPath.Depth((string?)m!["destination"] ?? ""))!];
        list.Clear();
        foreach (JsonNode mount in sorted)
            list.Add(mount);
    }

    internal static void AppendHook(JsonObject document, string stage, OciHook hook)
    {
        var added = new JsonObject { ["path"] = hook.Path };
        if (hook.Args.Count > 0)
            added["args"] = new JsonArray([.. hook.Args.Select(o => (JsonNode)o)]);
        if (hook.Timeout is { } timeout)
            added["timeout"] = timeout;
        List(Object(document, "hooks"), stage).Add((JsonNode)added);
    }

    internal static void SetDevice(JsonObject document, string path, long major)
    {
        JsonArray list = List(Object(document, "linux"), "devices");
        JsonNode? first = list.FirstOrDefault(d => (string?)d!["path"] == path);
        if (first is not null)
            list.Remove(first);
        var added = new JsonObject { ["path"] = path, ["type"] = "c", ["major"] = major, ["minor"] = 0 };
        JsonNode? second = list.FirstOrDefault(d => (string?)d!["path"] == path);
        if (second is null)
            list.Add((JsonNode)added);
        else
            list[list.IndexOf(second)] = added;
    }

    internal static void AllowDevice(JsonObject document, long major) =>
        List(Object(Object(document, "linux"), "resources"), "devices")
            .Add((JsonNode)new JsonObject { ["allow"] = true, ["type"] = "c", ["major"] = major, ["minor"] = 0, ["access"] = "rw" });

    internal static void AddGid(JsonObject document, uint gid)
    {
        if (gid == 0)
            return;
        JsonObject user = User(Process(document));
        if (user["additionalGids"] is JsonArray present && present.Any(g => (uint)g! == gid))
            return;
        List(user, "additionalGids").Add((JsonNode)gid);
    }

    private static JsonObject Process(JsonObject document)
    {
        if (document["process"] is JsonObject process)
            return process;
        document["process"] = process = new JsonObject { ["cwd"] = "" };
        User(process);
        return process;
    }

    private static JsonObject User(JsonObject process)
    {
        if (process["user"] is JsonObject user)
            return user;
        process["user"] = user = new JsonObject { ["uid"] = 0, ["gid"] = 0 };
        return user;
    }

    private static JsonObject Object(JsonObject outer, string name)
    {
        if (outer[name] is JsonObject found)
            return found;
        outer[name] = found = [];
        return found;
    }

    private static JsonArray List(JsonObject outer, string name)
    {
        if (outer[name] is JsonArray found)
            return found;
        outer[name] = found = [];
        return found;
    }
}
