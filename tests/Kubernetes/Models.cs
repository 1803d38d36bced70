using System.Text.Json.Nodes;
using k8s;
using k8s.Models;

namespace GpuContainers.Kubernetes.Tests;

/// <summary>Kubernetes' own models of the objects that we ship.</summary>
internal static class Models
{
    /// <summary>Reads an object; a member or a kind that the models do not know is a failure.</summary>
    public static IKubernetesObject Read(JsonObject source)
    {
        IKubernetesObject model = ($"{source["apiVersion"]}/{source["kind"]}") switch
        {
            "v1/Namespace" => KubernetesJson.Deserialize<V1Namespace>(source),
            "v1/ServiceAccount" => KubernetesJson.Deserialize<V1ServiceAccount>(source),
            "v1/Pod" => KubernetesJson.Deserialize<V1Pod>(source),
            "apps/v1/DaemonSet" => KubernetesJson.Deserialize<V1DaemonSet>(source),
            "node.k8s.io/v1/RuntimeClass" => KubernetesJson.Deserialize<V1RuntimeClass>(source),
            "rbac.authorization.k8s.io/v1/Role" => KubernetesJson.Deserialize<V1Role>(source),
            "rbac.authorization.k8s.io/v1/RoleBinding" => KubernetesJson.Deserialize<V1RoleBinding>(source),
            var other => throw new InvalidDataException($"no model for {other}"),
        };
        // The models drop what they do not know: everything that was written must come back.
        Assert.Empty(Lost(source, JsonNode.Parse(KubernetesJson.Serialize(model)), ""));
        return model;
    }

    private static IEnumerable<string> Lost(JsonNode? source, JsonNode? kept, string path) => (source, kept) switch
    {
        (JsonObject from, JsonObject to) => from.SelectMany(member => Lost(member.Value, to[member.Key], $"{path}/{member.Key}")),
        (JsonArray from, JsonArray to) when from.Count == to.Count => Enumerable.Range(0, from.Count).SelectMany(i => Lost(from[i], to[i], $"{path}/{i}")),
        // A quantity may be written as a number, and comes back as a text.
        _ when source?.ToString() == kept?.ToString() => [],
        _ => [$"{path}: {source?.ToJsonString()} became {kept?.ToJsonString()}"],
    };
}
