using System.Text.Json.Serialization;

namespace GpuContainers.Simulator.Description;

/// <summary>The reader of host files; unknown members are errors, because a misspelt one would silently change nothing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowTrailingCommas = true,
    ReadCommentHandling = System.Text.Json.JsonCommentHandling.Skip, UseStringEnumConverter = true, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(HostDescription))]
internal sealed partial class DescriptionJson : JsonSerializerContext;
