using GpuContainers.Configuration;
using GpuContainers.Fuzz.Tests.Runner;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>config.toml: read into the typed model (CF-1 to CF-17).</summary>
public sealed class ToolkitConfigTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "toolkit-config";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            Assert.NotNull(ConfigLoader.Parse(input, "config.toml"));
        }
        catch (ConfigurationException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }
}
