using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GpuContainers.Kubernetes.Tests;

/// <summary>The objects of a YAML text as JSON, which Kubernetes' models read.</summary>
internal static class YamlObjects
{
    /// <summary>One object for each document.</summary>
    public static IReadOnlyList<JsonObject> Parse(string yaml)
    {
        YamlStream stream = new();
        stream.Load(new StringReader(yaml));
        return [.. stream.Documents.Select(static document => (JsonObject)Convert(document.RootNode)!)];
    }

    private static JsonNode? Convert(YamlNode node) => node switch
    {
        YamlMappingNode mapping => new JsonObject(mapping.Children.Select(static m => KeyValuePair.Create(((YamlScalarNode)m.Key).Value!, Convert(m.Value)))),
        YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Convert)]),
        YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value!),
        YamlScalarNode quoted => JsonValue.Create(quoted.Value),
        _ => throw new InvalidDataException($"a {node.GetType().Name} has no counterpart in JSON"),
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "null" or "~" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
