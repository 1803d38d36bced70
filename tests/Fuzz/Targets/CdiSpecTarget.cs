using GpuContainers.Cdi;
using GpuContainers.Fuzz.Tests.Runner;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>CDI documents from a folder that anyone may have written to (CDI-198).</summary>
public sealed class CdiSpecTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "cdi-spec";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        CdiSpec spec;
        try
        {
            spec = CdiSpecReader.Read(input, "fuzz");
        }
        catch (CdiException error)
        {
            Assert.NotEmpty(error.Problems);
            return;
        }
        // What was read can be written in both formats, and both are read as the same document.
        byte[] json = CdiSpecWriter.ToJson(spec);
        Assert.Equal(json, CdiSpecWriter.ToJson(CdiSpecReader.Read(json, "json")));
        Assert.Equal(json, CdiSpecWriter.ToJson(CdiSpecReader.Read(CdiSpecWriter.ToYaml(spec), "yaml")));
    }
}
