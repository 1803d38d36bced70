using GpuContainers.Configuration;
using GpuContainers.Configuration.Toml;
using GpuContainers.Fuzz.Tests.Runner;

namespace GpuContainers.Fuzz.Tests.Targets;

/// <summary>Users' TOML files: untouched they stay as they are, and an edit can be read back (CT-48).</summary>
public sealed class TomlDocumentTarget : IFuzzTarget
{
    /// <inheritdoc/>
    public string Name => "toml-document";

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<byte> input)
    {
        try
        {
            TomlDocument document = TomlDocument.Parse(input);
            Assert.Equal(input.ToArray(), document.ToBytes());
            document.Set(["plugins", "a.b", "x"], new TomlString("value \" '\n"));
            document.Set(["fresh", "table"], new TomlTable());
            document.Remove("version");
            TomlDocument again = TomlDocument.Parse(document.ToBytes());
            Assert.Equal("value \" '\n", Assert.IsType<TomlString>(again.Get("plugins", "a.b", "x")).Value);
            Assert.IsType<TomlTable>(again.Get("fresh", "table"));
            Assert.Null(again.Get("version"));
        }
        catch (ConfigurationException)
        {
            // Not TOML, or something on the way is not a table.
        }
    }
}
