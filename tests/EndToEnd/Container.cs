using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>One container in a simulated host: its bundle, and its way from create to delete through nvidia-container-runtime.</summary>
internal sealed class Container
{
    private const string Area = "/run/e2e";
    private static int s_count;
    private readonly SimulatedHost _host;

    /// <summary>Makes a bundle with a copy of the image and the low-level runtime's own default specification.</summary>
    internal Container(SimulatedHost host)
    {
        _host = host;
        Id = $"gpu-e2e-{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";
        host.Shell($"mkdir -p {Bundle} && cp -a {ContainerImage.Folder} {Rootfs} && cd {Bundle} && runc spec").Succeeded();
        Specification = JsonNode.Parse(File.ReadAllText(host.At(Bundle + "/config.json")))!.AsObject();
        Specification["process"]!["terminal"] = false;
        Specification["root"]!["readonly"] = false;
        SetEnvironment("NVIDIA_VISIBLE_DEVICES=all");
    }

    internal string Id { get; }

    /// <summary>The bundle's path in the host.</summary>
    internal string Bundle => $"{Area}/{Id}";

    /// <summary>The container's root in the host.</summary>
    internal string Rootfs => Bundle + "/rootfs";

    /// <summary>config.json as it will be written.</summary>
    internal JsonObject Specification { get; }

    /// <summary>The program that stands in runc's place.</summary>
    internal string Runtime { get; set; } = "nvidia-container-runtime";

    /// <summary>Replaces the container's GPU request and other variables; PATH is always set.</summary>
    internal Container With(params string[] variables)
    {
        SetEnvironment(variables);
        return this;
    }

    /// <summary>Creates, starts and deletes the container.</summary>
    /// <param name="script">What its shell runs.</param>
    internal ContainerResult Run(string script)
    {
        Specification["process"]!["args"] = new JsonArray("/bin/sh", "-c", script);
        File.WriteAllText(_host.At(Bundle + "/config.json"), Specification.ToJsonString());
        string runtime = $"{Runtime} --root {Area}/state";
        // The container's output is that of "create", so it goes to files; the low-level runtime is asked for the end.
        CommandResult result = _host.Shell($"""
            cd {Bundle}
            {runtime} create --bundle {Bundle} {Id} >output 2>errors </dev/null || exit 100
            {runtime} start {Id} >>errors 2>&1 || exit 101
            {SimulatedHost.Await($"{runtime} state {Id} 2>>errors | grep -q '\"status\": \"stopped\"'", "exit 102")}
            {runtime} delete {Id} >>errors 2>&1 || exit 103
            """);
        string Read(string name) => File.ReadAllText(_host.At($"{Bundle}/{name}"));
        _ = _host.Shell($"{runtime} delete -f {Id} >/dev/null 2>&1; true");
        return new ContainerResult(result.Status, Read("output"), Read("errors"), JsonNode.Parse(Read("config.json"))!.AsObject());
    }

    private void SetEnvironment(params string[] variables) =>
        Specification["process"]!["env"] = new JsonArray([.. variables.Prepend("PATH=/usr/bin:/bin").Select(static v => (JsonNode)v)]);
}
