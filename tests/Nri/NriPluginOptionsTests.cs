namespace GpuContainers.Nri.Tests;

public sealed class NriPluginOptionsTests
{
    private static readonly NriPluginOptions Options = new() { Name = "nvidia-ctk-installer", Devices = new DeviceRule([]) };

    [Fact]
    [Requirement("IN-82")]
    public void Name_and_inherited_connection_come_from_the_environment()
    {
        NriPluginOptions options = (Options with { Index = 7 })
            .WithEnvironment(name => name switch { "NRI_PLUGIN_NAME" => "gpus", "NRI_PLUGIN_SOCKET" => "3", _ => null });

        Assert.Equal(("gpus", "07", 3), (options.Name, options.IndexText, options.Descriptor));
    }

    [Fact]
    [Requirement("IN-82")]
    public void An_environment_without_these_names_changes_nothing() => Assert.Equal(Options, Options.WithEnvironment(_ => ""));

    [Fact]
    [Requirement("IN-82")]
    public void An_index_of_the_engine_contradicts_one_that_was_chosen()
    {
        NriException refused = Assert.Throws<NriException>(() => (Options with { Index = 7 }).WithEnvironment(Index));

        Assert.StartsWith("failed to initialise plugin at /var/run/nri/nri.sock: plugin ID already set (\"05\")", refused.Message, StringComparison.Ordinal);
        Assert.Equal("05", Options.WithEnvironment(Index).IndexText);
        Assert.Equal("10", Options.IndexText);

        static string? Index(string name) => name == "NRI_PLUGIN_IDX" ? "05" : null;
    }

    [Theory]
    [Requirement("IN-82")]
    [InlineData("NRI_PLUGIN_IDX", "100")]
    [InlineData("NRI_PLUGIN_IDX", "-1")]
    [InlineData("NRI_PLUGIN_SOCKET", "three")]
    public void A_variable_without_a_usable_number_is_named(string name, string value)
    {
        NriException refused = Assert.Throws<NriException>(() => Options.WithEnvironment(asked => asked == name ? value : null));

        Assert.Contains($"{name}=\"{value}\"", refused.Message, StringComparison.Ordinal);
    }
}
