using System.Text.Json;
using System.Text.Json.Nodes;
using GpuContainers.Ctk.Doctor;

namespace GpuContainers.Ctk.Explain;

/// <summary>The bundle that the planner is shown: a user's, or one made for the purpose.</summary>
internal sealed class ExplainedBundle : IDisposable
{
    /// <summary>The most bytes of a config.json.</summary>
    internal const long Limit = 128 << 20;

    private readonly bool _isOurs;

    private ExplainedBundle(string folder, bool isOurs)
    {
        Folder = folder;
        _isOurs = isOurs;
        Specification = HostFile.ReadAll(LexicalPath.Join(folder, "config.json"), Limit);
    }

    /// <summary>Its folder.</summary>
    public string Folder { get; }

    /// <summary>Its config.json.</summary>
    public byte[] Specification { get; }

    /// <summary>The specification of the running container that was named; null for other bundles.</summary>
    public JsonNode? Running { get; private init; }

    /// <summary>A bundle of the user.</summary>
    /// <exception cref="Linux.LinuxException">It has no config.json that can be read.</exception>
    public static ExplainedBundle OfFolder(string folder) => new(folder, isOurs: false);

    /// <summary>A container with these variables and nothing else.</summary>
    public static ExplainedBundle OfVariables(IReadOnlyList<string> variables)
    {
        string? wrong = variables.FirstOrDefault(static variable => variable.IndexOf('=') <= 0);
        if (wrong is not null)
            throw new ToolkitException($"--image-env {wrong} is not NAME=VALUE");
        return Make(new JsonObject
        {
            ["ociVersion"] = "1.2.0",
            ["process"] = new JsonObject { ["cwd"] = "/", ["env"] = new JsonArray([.. variables.Select(static variable => JsonValue.Create(variable))]) },
            ["linux"] = new JsonObject(),
        }, null);
    }

    /// <summary>What a running container asked for, as far as its specification still shows it: without what a runtime put in.</summary>
    /// <exception cref="ToolkitException">There is no such container, or there are several.</exception>
    public static ExplainedBundle OfContainer(Machine machine, string id)
    {
        RunningContainer[] found = [.. RunningContainer.List(machine).Where(container => container.Id.StartsWith(id, StringComparison.Ordinal))];
        if (found.Length != 1)
        {
            string what = found.Length == 0 ? "no running container has an id that begins with"
                : $"{found.Length} running containers have an id that begins with";
            throw new ToolkitException($"{what} {id}; run it as root, with the id that the engine shows");
        }
        JsonNode running = JsonNode.Parse(machine.Text(found[0].Bundle + "/config.json") ?? "{}") ?? new JsonObject();
        return Make(AsAsked(running.DeepClone()), running);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isOurs)
            HostDirectory.RemoveTree(Folder);
    }

    // The variable that tells other hooks to keep away, the devices and the hooks come from a runtime; of the mounts, those of /dev/null are requests.
    private static JsonNode AsAsked(JsonNode specification)
    {
        JsonNode? process = specification["process"];
        if (process?["env"] is JsonArray env)
            process["env"] = new JsonArray([.. env.Select(static entry => (string?)entry ?? "").Where(static entry => entry != "NVIDIA_VISIBLE_DEVICES=void")
                .Select(static entry => JsonValue.Create(entry))]);
        if (specification["mounts"] is JsonArray mounts)
            specification["mounts"] = new JsonArray([.. mounts.Where(static mount => (string?)mount?["source"] == "/dev/null").Select(static mount =>
                mount!.DeepClone())]);
        specification.AsObject().Remove("hooks");
        if (specification["linux"] is JsonObject linux)
        {
            linux.Remove("devices");
            (linux["resources"] as JsonObject)?.Remove("devices");
        }
        return specification;
    }

    private static ExplainedBundle Make(JsonNode specification, JsonNode? running)
    {
        string folder = Directory.CreateTempSubdirectory("nvidia-ctk-explain-").FullName;
        File.WriteAllText(LexicalPath.Join(folder, "config.json"), specification.ToJsonString(new JsonSerializerOptions()));
        return new ExplainedBundle(folder, isOurs: true) { Running = running };
    }
}
