namespace GpuContainers.Engines.Json;

/// <summary>One member of a JSON object with its place in the text.</summary>
/// <param name="Name">The name, without quotes and escapes.</param>
/// <param name="Start">Where the name's quotes open.</param>
/// <param name="NameEnd">One past the name's closing quotes.</param>
/// <param name="Value">The value.</param>
internal sealed record JsonMember(string Name, int Start, int NameEnd, JsonPlace Value);
