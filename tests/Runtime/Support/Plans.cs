using System.Text;
using System.Text.Json.Nodes;
using GpuContainers.Configuration.Model;
using GpuContainers.Oci;
using GpuContainers.Runtime.Create;
using GpuContainers.Runtime.Create.Planning;
using GpuContainers.Runtime.Requests;

namespace GpuContainers.Runtime.Tests.Support;

/// <summary>Plans made and applied to a specification in memory.</summary>
internal static class Plans
{
    public const string Minimal = """{"ociVersion":"1.0.2","process":{"env":["PATH=/bin"]}}""";

    /// <summary>The specification after a plan.</summary>
    public static JsonNode Apply(string mode, PlanInputs inputs, string specification = Minimal)
    {
        var document = OciDocument.Parse(Encoding.UTF8.GetBytes(specification), strict: false);
        foreach (Modification modification in ContainerPlan.Build(ModeSelector.Parse(mode), inputs))
            modification(document);
        return JsonNode.Parse(document.ToBytes())!;
    }

    public static ContainerRequest Request(params string[] environment) =>
        new(new ContainerFacts(environment, [], new Dictionary<string, string>(), false), new RequestSettings());

    /// <summary>The paths of the devices, in order.</summary>
    public static string[] Devices(JsonNode specification) =>
        [.. (specification["linux"]?["devices"]?.AsArray() ?? []).Select(device => device!["path"]!.GetValue<string>())];

    public static string[] Env(JsonNode specification) =>
        [.. (specification["process"]?["env"]?.AsArray() ?? []).Select(entry => entry!.GetValue<string>())];

    /// <summary>The names of the hooks that containers' images see run, in order.</summary>
    public static string[] Hooks(JsonNode specification) =>
        [.. (specification["hooks"]?["createContainer"]?.AsArray() ?? []).Select(hook => hook!["args"]![2]!.GetValue<string>())];

    public static ToolkitConfig Config(Func<RuntimeModesConfig, RuntimeModesConfig> change) =>
        new() { Runtime = new RuntimeConfig { Modes = change(new RuntimeModesConfig()) } };
}
