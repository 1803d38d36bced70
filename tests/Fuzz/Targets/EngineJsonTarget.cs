using System.Text.Json.Nodes;
using GpuContainers.Engines;
using GpuContainers.Engines.Json;
using GpuContainers.Fuzz.Tests.Runner;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>Users' JSON files, such as daemon.json: untouched they stay as they are, and an edit can be read back (CT-48).</summary>
public sealed class EngineJsonTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "engine-json";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            EditableJson document = EditableJson.Parse(input);
            Assert.Equal(input.ToArray(), document.ToBytes());
            document.Set(["runtimes", "a.b", "path"], JsonValue.Create("value \" '\n"));
            Assert.Equal("value \" '\n", EditableJson.Parse(document.ToBytes()).FindText("runtimes", "a.b", "path"));
        }
        catch (EngineException error)
        {
            // Not JSON, or something on the way is not an object.
            Assert.NotEmpty(error.Message);
        }
    }
}
