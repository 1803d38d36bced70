using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>What <c>nvidia-ctk explain</c> says is what the runtime does.</summary>
public sealed class ExplainTests(TwoGpuHost fixture) : IClassFixture<TwoGpuHost>
{
    private const int Requests = 500;
    private const string Folder = "/run/explained";

    private static readonly string[] s_modes = ["auto", "jit-cdi", "cdi", "legacy"];

    private static readonly string[] s_devices = ["all", "0", "1", "0,1", "1,0,1", "none", "void", "", "2", "first", "GPU-2f4d1a01-7c3e-4b6a-9d21-5e8f4a000001",
        "nvidia.com/gpu=0", "nvidia.com/gpu=all", "nvidia.com/gpu=all,0", "nvidia.com/gpu=9", "0:0"];

    private static readonly string[] s_variables = ["NVIDIA_DRIVER_CAPABILITIES=all", "NVIDIA_DRIVER_CAPABILITIES=compute", "NVIDIA_GDS=enabled",
        "NVIDIA_NVSWITCH=enabled", "CUDA_VERSION=12.8.0", "NVIDIA_REQUIRE_CUDA=cuda>=99", "NVIDIA_DISABLE_REQUIRE=1", "NVIDIA_IMEX_CHANNELS=0", "PATH=/bin",
        "NVIDIA_CUDA_MAX=1", "A", "NVIDIA_GPU_MEMORY_LIMIT=1073741824"];

    [Fact]
    [Requirement("DR-9")]
    public void Explain_and_the_runtime_agree_on_500_requests()
    {
        SimulatedHost host = fixture.Host;
        var requests = new List<JsonNode>();
        var chosen = new List<string>();
        // A fixed seed: the same requests in every run.
        var random = new Random(500);
        for (int i = 0; i < Requests; i++)
        {
            string[] variables = [.. Enumerable.Range(0, random.Next(5)).Select(_ => s_variables[random.Next(s_variables.Length)])];
            requests.Add(Specification(s_devices[random.Next(s_devices.Length)], variables, random.Next(2) == 0, random.Next(2) == 0));
            chosen.Add(s_modes[random.Next(s_modes.Length)]);
        }
        for (int i = 0; i < requests.Count; i++)
        {
            Directory.CreateDirectory(host.At($"{Folder}/{i}"));
            File.WriteAllText(host.At($"{Folder}/{i}/config.json"), requests[i].ToJsonString());
            File.WriteAllText(host.At($"{Folder}/{i}/config.toml"), $"[nvidia-container-runtime]\nmode = \"{chosen[i]}\"\nruntimes = [\"/bin/true\"]\n");
        }
        host.Shell($$"""
            mkdir -p /var/run/cdi; nvidia-ctk --quiet cdi generate --output=/var/run/cdi/nvidia.yaml
            cd {{Folder}}; i=0
            while [ $i -lt {{Requests}} ]; do
                export NVIDIA_CTK_CONFIG_FILE_PATH={{Folder}}/$i/config.toml
                cp $i/config.json $i/before.json
                nvidia-ctk explain --format=json --bundle $i >$i/explained 2>$i/explain-errors; echo $? >$i/explain-status
                cmp -s $i/before.json $i/config.json || echo changed >$i/changed
                nvidia-container-runtime create --bundle $i x >/dev/null 2>$i/errors; echo $? >$i/status
                i=$((i + 1))
            done
            """).Succeeded();
        int started = 0;
        for (int i = 0; i < Requests; i++)
            started += Compare(host, $"{Folder}/{i}", $"{i}: mode {chosen[i]}, {requests[i].ToJsonString()}") ? 1 : 0;
        // Requests of both kinds, or the comparison would say little.
        Assert.InRange(started, Requests / 4, Requests - (Requests / 20));
    }

    private static JsonObject Specification(string devices, string[] variables, bool hasMounts, bool isPrivileged) => new JsonObject
    {
        ["ociVersion"] = "1.2.0",
        ["process"] = new JsonObject
        {
            ["cwd"] = "/",
            ["env"] = new JsonArray([.. variables.Append("NVIDIA_VISIBLE_DEVICES=" + devices).Select(static entry => JsonValue.Create(entry))]),
            ["capabilities"] = isPrivileged ? new JsonObject { ["bounding"] = new JsonArray("CAP_SYS_ADMIN") } : null,
        },
        ["mounts"] = hasMounts ? new JsonArray(new JsonObject { ["destination"] = "/proc", ["type"] = "proc", ["source"] = "proc" }) : null,
        ["linux"] = new JsonObject(),
    };

    // Whether the container would start.
    private static bool Compare(SimulatedHost host, string folder, string request)
    {
        string Read(string name) => File.ReadAllText(host.At($"{folder}/{name}"));
        Assert.False(File.Exists(host.At(folder + "/changed")), request + ": explain changed the bundle");
        bool starts = Read("status").Trim() == "0";
        Assert.True((Read("explain-status").Trim() == "0") == starts, $"{request}\n{Read("errors")}\n{Read("explain-errors")}\n{Read("explained")}");
        JsonNode explained = JsonNode.Parse(Read("explained"))!;
        if (!starts)
        {
            // The line of the runtime holds the message of explain, quoted.
            string error = (string)explained["error"]!;
            Assert.Contains(error.Split('\n')[0].Replace("\"", "\\\"", StringComparison.Ordinal), Read("errors"), StringComparison.Ordinal);
            return false;
        }
        string[] changes = [.. explained["changes"]!.AsArray().Select(static change => $"{change!["kind"]} {change["what"]}")];
        string[] before = [.. Things(Read("before.json"))];
        string[] added = [.. Things(Read("config.json")).Where(thing => !before.Contains(thing))];
        Assert.True(added.SequenceEqual(changes), $"{request}\nonly explained: {string.Join('\n', changes.Except(added))}\nonly new: "
            + string.Join('\n', added.Except(changes)));
        return true;
    }

    // What a specification has, in the words of explain but by a reading of its own.
    private static IEnumerable<string> Things(string text)
    {
        JsonObject root = JsonNode.Parse(text)!.AsObject();
        foreach (JsonNode? entry in List(root, "process", "env"))
            yield return $"variable {entry}";
        foreach (JsonNode? group in List(root, "process", "user", "additionalGids"))
            yield return $"group {group!.ToJsonString()}";
        foreach (JsonNode? node in List(root, "linux", "devices"))
            yield return $"node {node!["path"]} ({node["type"]} {node["major"]?.ToJsonString() ?? "0"}:{node["minor"]?.ToJsonString() ?? "0"})";
        foreach (JsonNode? rule in List(root, "linux", "resources", "devices"))
            yield return $"rule {rule!.ToJsonString()}";
        foreach (JsonNode? mount in List(root, "mounts"))
            yield return $"mount {mount!["source"]} at {mount["destination"]} ({string.Join(',', List(mount, "options"))})";
        foreach ((string stage, JsonNode? hooks) in root["hooks"]?.AsObject() ?? [])
        {
            foreach (JsonNode? hook in hooks!.AsArray())
            {
                foreach (string step in Steps([.. List(hook!, "args").Skip(1).Select(static word => word!.ToString())]))
                    yield return $"hook {stage}: {hook!["path"]} {step}";
            }
        }
    }

    // Hooks that one process runs, each as if it stood there by itself.
    private static IEnumerable<string> Steps(string[] words)
    {
        int verb = Array.IndexOf(words, "sequence");
        if (verb < 0)
            return [string.Join(' ', words)];
        string before = string.Concat(words.Take(verb).Select(static word => word + " "));
        return string.Join(' ', words.Skip(verb + 1)).Split(" ; ").Select(step => before + step);
    }

    private static IEnumerable<JsonNode?> List(JsonNode node, params string[] path)
    {
        JsonNode? found = node;
        foreach (string name in path)
            found = found?[name];
        return found as JsonArray ?? [];
    }
}
